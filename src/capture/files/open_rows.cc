#include "capture/files/open_rows.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "capture/files/access_log_rows.h"
#include "capture/files/conversation_rows.h"
#include "capture/files/csv_rows.h"
#include "capture/files/json_rows.h"

namespace sightglass::capture::files {
namespace {

constexpr std::string_view kParquetMagic = "PAR1";
constexpr std::size_t kLookBytes = 64U << 10;

bool HasColumn(const std::vector<std::string>& columns, std::string_view either) {
    const std::vector<std::string_view> names = Split(either, '|');
    return std::any_of(names.begin(), names.end(), [&columns](std::string_view name) {
        return std::find(columns.begin(), columns.end(), name) != columns.end();
    });
}

/// The first format all of whose telling columns are there.
const Format* FormatOf(const std::vector<std::string>& columns) {
    for (const Format* format : Formats()) {
        const bool told = !format->told_by.empty() &&
                          std::all_of(
                              format->told_by.begin(),
                              format->told_by.end(),
                              [&columns](std::string_view name) { return HasColumn(columns, name); }
                          );
        if (told) {
            return format;
        }
    }
    return nullptr;
}

/// An object, or an array of objects. An access log's line may begin with a bracket as well.
bool IsJson(std::string_view start) {
    if (start.starts_with("\xef\xbb\xbf")) {
        start.remove_prefix(3);
    }
    start = Trim(start);
    if (start.starts_with('[')) {
        start = Trim(start.substr(1));
        return start.empty() || start.front() == '{' || start.front() == ']';
    }
    return start.starts_with('{');
}

Status FillWindow(ByteWindow& window) {
    while (window.View().size() < kLookBytes) {
        SG_ASSIGN_OR_RETURN(const bool more, window.More());
        if (!more) {
            break;
        }
    }
    return {};
}

Result<OpenedRows> Told(OpenedRows opened, std::string_view format_name) {
    if (format_name.empty()) {
        opened.format = FormatOf(opened.rows->Columns());
    }
    return opened;
}

}  // namespace

Result<OpenedRows> RowsOf(std::unique_ptr<ByteSource> bytes, std::string_view format_name) {
    OpenedRows opened;
    opened.bytes = std::move(bytes);
    opened.window = std::make_unique<ByteWindow>(*opened.bytes);
    opened.format = FindFormat(format_name);
    ByteWindow& window = *opened.window;
    SG_TRY(FillWindow(window));
    const std::string_view start = window.View();
    if (Trim(start).empty()) {
        return Error{ErrorCode::kInvalidArgument, "it is empty"};
    }
    if (start.starts_with("PK\x03\x04")) {
        return Error{
            ErrorCode::kInvalidArgument,
            "it is a zip archive, whose index stands at its end: name the file, or unpack it"};
    }
    const bool json = IsJson(start);
    const bool told = format_name.empty();
    const Framing framing = opened.format != nullptr ? opened.format->framing : Framing::kTable;
    if (framing == Framing::kConversations || (told && json && IsConversations(start))) {
        opened.format = &kChatGptFormat;
        opened.framing = "json";
        opened.rows = ReadConversations(window);
        return opened;
    }
    const std::string_view first_line = start.substr(0, start.find('\n'));
    if (framing == Framing::kAccessLog || (told && !json && IsAccessLogLine(first_line))) {
        opened.format = &kAccessLogFormat;
        opened.framing = "text";
        opened.rows = ReadAccessLog(window);
        return opened;
    }
    opened.framing = json && format_name != "csv" ? "jsonl" : "csv";
    if (opened.framing == "jsonl" || format_name == "jsonl") {
        SG_ASSIGN_OR_RETURN(opened.rows, ReadJson(window));
    } else if (first_line.find('\0') != std::string_view::npos) {
        return Error{
            ErrorCode::kInvalidArgument,
            "it is neither text in UTF-8 nor a format that is known: its first line holds zero "
            "bytes"};
    } else {
        SG_ASSIGN_OR_RETURN(opened.rows, ReadCsv(window));
    }
    return Told(std::move(opened), format_name);
}

Result<OpenedRows>
OpenRows(const std::string& path, std::string_view format_name, const OpenParquet& open_parquet) {
    SG_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenBytes(path));
    std::string start;
    SG_ASSIGN_OR_RETURN(const bool any, bytes->Read(start));
    const bool parquet = any && start.starts_with(kParquetMagic);
    if (!parquet) {
        return RowsOf(StartedBytes(std::move(start), std::move(bytes)), format_name);
    }
    if (path == "-" || !open_parquet) {
        return Error{
            ErrorCode::kInvalidArgument,
            "Parquet is read from a file, not from a pipe: its index stands at its end"};
    }
    OpenedRows opened;
    opened.framing = "parquet";
    opened.format = FindFormat(format_name);
    SG_ASSIGN_OR_RETURN(opened.rows, open_parquet(path));
    return Told(std::move(opened), format_name);
}

}  // namespace sightglass::capture::files
