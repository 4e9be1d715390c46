// Formats of files, as data: which columns tell a format, and what each column means. Adding one is
// a file in formats/ with such a table, and a line in formats.cc.
#pragma once

#include <span>
#include <string_view>

#include "base/time.h"
#include "capture/files/call_draft.h"

namespace sightglass::capture::files {

/// How bytes become rows.
enum class Framing : std::uint8_t {
    kTable,          ///< JSON, CSV or Parquet: told by the bytes.
    kAccessLog,      ///< Lines of a web server (access_log_rows.h).
    kConversations,  ///< A person's ChatGPT export (conversation_rows.h).
};

/// Thread-safety: plain value.
struct ColumnMapping {
    std::string_view column;  ///< A path within JSON: "usage.prompt_tokens".
    std::string_view target;  ///< See targets.h.
};

/// What every row of a format says without saying it. Thread-safety: plain value.
struct Constant {
    std::string_view target;
    std::string_view value;
};

/// What tells a row from others.
enum class Identity : std::uint8_t {
    kContent,     ///< Its bytes. Equal ones of one file are separate Calls.
    kDimensions,  ///< These columns; equal ones of one file are separate Calls.
    kKey,         ///< These columns, which are the record's own id: equal ones are one Call.
};

/// Thread-safety: plain value; all of it lives as long as the program.
struct Format {
    std::string_view name;   ///< "litellm"
    std::string_view title;  ///< "LiteLLM spend logs"
    Framing framing = Framing::kTable;
    std::span<const std::string_view> told_by =
        {};  ///< A file that has all of them is one; "a|b": either.
    std::span<const ColumnMapping> columns = {};  ///< Later ones win.
    std::span<const Constant> constants = {};     ///< Where no column says it.
    Identity identity = Identity::kContent;
    std::span<const std::string_view> identity_columns = {};
    OptionalTime time_base = {};           ///< What its numbers of seconds are counted from.
    void (*finish)(CallDraft&) = nullptr;  ///< What a table cannot say.
};

/// All that are known, in the order in which they are tried.
std::span<const Format* const> Formats() noexcept;

/// Null where there is none.
const Format* FindFormat(std::string_view name) noexcept;

extern const Format kSightglassFormat;
extern const Format kAzureTraceFormat;
extern const Format kBurstGptFormat;
extern const Format kMooncakeFormat;
extern const Format kLiteLlmSpendFormat;
extern const Format kLiteLlmLogFormat;
extern const Format kHeliconeFormat;
extern const Format kLangfuseFormat;
extern const Format kOpenAiUsageFormat;
extern const Format kOpenAiCostsFormat;
extern const Format kAccessLogFormat;
extern const Format kJsonAccessLogFormat;
extern const Format kChatGptFormat;

}  // namespace sightglass::capture::files
