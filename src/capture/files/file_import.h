// One file, imported: bytes -> rows -> Calls. The header to read first in this folder.
//
//   SG_ASSIGN_OR_RETURN(auto file, FileImport::Open("usage.csv", options));
//   show(file->Mapping());                                  // what each column is taken for
//   SG_TRY(file->Run({.call = …, .reject = …}));
//
// Where things are: byte_source.h (files, pipes, gzip), *_rows.h (bytes to rows, one a framing),
// format.h and formats/ (what columns mean, as data), targets.h (what they can mean), call_draft.h
// (how the parts fit), line_identity.h (which Call a row is), guess.h (formats that nobody knows).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "call/call.h"
#include "capture/files/call_draft.h"
#include "capture/files/guess.h"
#include "capture/files/line_identity.h"
#include "capture/files/open_rows.h"
#include "capture/files/targets.h"

namespace sightglass::capture::files {

/// How a file is to be read. Thread-safety: plain value.
struct ImportOptions {
    std::string format;       ///< Name of a format or framing; empty: told by the content.
    std::vector<Mapped> map;  ///< Beside what the format or the guess says, and before it.
    /// What every row says, whatever its columns do: target and value.
    std::vector<std::pair<std::string, std::string>> constants;
    ReadingRules rules;
    OpenParquet open_parquet;
};

/// Thread-safety: plain value.
struct ImportCounts {
    std::uint64_t rows = 0;
    std::uint64_t calls = 0;
    std::uint64_t rejected = 0;
    std::uint64_t passed_over = 0;  ///< Sound rows that are no calls to a model.
};

/// A row that was not taken. Views, valid within the call.
struct Rejected {
    std::uint64_t line = 0;
    std::string_view field;  ///< Empty where the row as a whole is wrong.
    std::string_view reason;
};

/// Where what was read goes. An error ends the import. Thread-safety: plain value.
struct ImportTakers {
    std::function<Status(const Call&)> call;
    std::function<Status(const Rejected&)> reject;
    std::function<void(const ImportCounts&)> progress;  ///< Every few thousand rows.
};

/// Thread-safety: one thread at a time.
class FileImport {
public:
    /// kNotFound, kIo; kInvalidArgument for options or a content that cannot be imported.
    static Result<std::unique_ptr<FileImport>>
    Open(const std::string& path, const ImportOptions& options);

    /// The same of bytes, which must outlive it.
    static Result<std::unique_ptr<FileImport>>
    OfBytes(std::string_view bytes, const ImportOptions& options);

    /// "LiteLLM spend logs", or "csv".
    std::string_view Title() const noexcept;

    /// The same of any bytes; `bytes` has been read from by nobody.
    static Result<std::unique_ptr<FileImport>>
    OfSource(std::unique_ptr<ByteSource> bytes, const ImportOptions& options);

    /// Whether the meaning of its columns is a guess.
    bool Guessed() const noexcept { return opened_.format == nullptr; }

    /// What its columns are taken for, and those that are taken for nothing.
    std::vector<Mapped> Mapping() const;
    std::vector<std::string> Unmapped() const;

    /// Columns that somebody named, and no row that was read has had.
    std::vector<std::string> Awaited() const;

    /// Null where the bytes are not read here, as of Parquet.
    const ByteSource* Bytes() const noexcept { return opened_.bytes.get(); }

    /// Imports every row.
    Result<ImportCounts> Run(const ImportTakers& takers);

private:
    /// A column, and its place among a row's cells.
    struct Binding {
        Target target;
        std::string column;
        std::size_t place = 0;
        bool is_awaited = false;  // Named by hand, and no row has had it.
    };

    FileImport(OpenedRows opened, const ImportOptions& options);

    Status BindColumns(const ImportOptions& options);
    Status AddKnownColumns(const std::vector<Mapped>& by_hand);
    Status AddConstants(const ImportOptions& options);
    Status Add(std::string_view column, std::string_view target);
    Result<std::pair<Target, std::string>>
    ConstantOf(std::string_view target, std::string_view value);
    void BindReader();

    /// Why the row is no Call, with the field it is about; nothing where it is one.
    std::optional<Rejected> Read(const Row& row);
    ContentHash HashOf(const Row& row);
    Status Take(const Row& row, const ImportTakers& takers, ImportCounts& counts);
    Status Deliver(const Row& row, const ImportTakers& takers, ImportCounts& counts);

    OpenedRows opened_;
    ReadingRules rules_;
    const bool takes_guards_off_;  // Of cells that call_text.h guarded against spreadsheets.
    std::vector<Binding> bindings_;
    std::vector<std::pair<Target, std::string>> before_;  // What a format's rows say unsaid.
    std::vector<std::pair<Target, std::string>> after_;   // What the options say of every row.
    std::vector<std::size_t> identity_places_;            // Among a row's cells.
    EqualLines equal_lines_;
    CallDraft draft_;
    Call share_;
    std::string identity_text_;
};

}  // namespace sightglass::capture::files
