#include "capture/files/file_import.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "capture/files/aggregate.h"
#include "capture/files/call_text.h"

namespace sightglass::capture::files {
namespace {

constexpr std::uint64_t kRowsBetweenProgress = 4'096;

Status CheckFormatName(std::string_view name) {
    constexpr std::string_view kFramings = "csv, jsonl, parquet";
    const bool framing = name == "csv" || name == "jsonl" || name == "parquet";
    if (name.empty() || framing || FindFormat(name) != nullptr) {
        return {};
    }
    std::string names(kFramings);
    for (const Format* format : Formats()) {
        names += ", " + std::string(format->name);
    }
    return Error{
        ErrorCode::kInvalidArgument,
        "\"" + EscapeForDisplay(name) + "\" is no format; there are " + names};
}

/// Which records a call was joined of is for our own exports to say.
bool IsOfJoining(std::string_view target) {
    return target == "joined" || target == "records";
}

Status CheckMayBeSaid(std::string_view target) {
    if (!IsOfJoining(target)) {
        return {};
    }
    return Error{
        ErrorCode::kInvalidArgument,
        std::string(target) +
            ": which records a call is made of is taken from files of `sightglass export` alone"};
}

/// A table's head names all of its columns; of JSON, only some rows have been looked at.
Status CheckColumn(const OpenedRows& opened, const Mapped& mapped) {
    const std::vector<std::string>& columns = opened.rows->Columns();
    const std::string_view column = mapped.column;
    const std::string_view outer = column.substr(0, column.find('.'));  // Of JSON in a cell.
    const bool there =
        std::any_of(columns.begin(), columns.end(), [column, outer](const std::string& name) {
            return name == column || name == outer;
        });
    if (there || columns.empty() || opened.framing == "jsonl") {
        return {};
    }
    std::string names;
    for (const std::string& name : columns) {
        names += (names.empty() ? "" : ", ") + EscapeForDisplay(name);
    }
    return Error{
        ErrorCode::kInvalidArgument,
        mapped.target + ": there is no column \"" + EscapeForDisplay(column) + "\"; there are " +
            names};
}

/// "field: reason" taken apart.
Rejected RejectedOf(std::uint64_t line, std::string_view text) {
    const std::size_t colon = text.find(": ");
    if (colon == std::string_view::npos) {
        return {line, {}, text};
    }
    return {line, text.substr(0, colon), text.substr(colon + 2)};
}

}  // namespace

FileImport::FileImport(OpenedRows opened, const ImportOptions& options)
    : opened_(std::move(opened)),
      rules_(options.rules),
      takes_guards_off_(opened_.format == &kSightglassFormat && opened_.framing == "csv") {
    if (!rules_.time_base && opened_.format != nullptr) {
        rules_.time_base = opened_.format->time_base;
    }
}

Result<std::unique_ptr<FileImport>>
FileImport::Open(const std::string& path, const ImportOptions& options) {
    SG_TRY(CheckFormatName(options.format));
    SG_ASSIGN_OR_RETURN(OpenedRows opened, OpenRows(path, options.format, options.open_parquet));
    std::unique_ptr<FileImport> file(new FileImport(std::move(opened), options));
    SG_TRY(file->BindColumns(options));
    return file;
}

Result<std::unique_ptr<FileImport>>
FileImport::OfBytes(std::string_view bytes, const ImportOptions& options) {
    return OfSource(BytesInMemory(bytes), options);
}

Result<std::unique_ptr<FileImport>>
FileImport::OfSource(std::unique_ptr<ByteSource> bytes, const ImportOptions& options) {
    SG_TRY(CheckFormatName(options.format));
    SG_ASSIGN_OR_RETURN(OpenedRows opened, RowsOf(std::move(bytes), options.format));
    std::unique_ptr<FileImport> file(new FileImport(std::move(opened), options));
    SG_TRY(file->BindColumns(options));
    return file;
}

Status FileImport::Add(std::string_view column, std::string_view target_name) {
    auto target = Target::Find(target_name);
    if (!target) {
        return Error{
            ErrorCode::kInvalidArgument,
            "there is no field \"" + EscapeForDisplay(target_name) + "\"; there are " +
                TargetNames()};
    }
    bindings_.push_back({std::move(*target), std::string(column), bindings_.size()});
    return {};
}

Result<std::pair<Target, std::string>>
FileImport::ConstantOf(std::string_view target_name, std::string_view value) {
    auto target = Target::Find(target_name);
    if (!target) {
        return Error{
            ErrorCode::kInvalidArgument,
            "there is no field \"" + EscapeForDisplay(target_name) + "\"; there are " +
                TargetNames()};
    }
    draft_.Clear(rules_);
    if (const auto wrong = target->Set({CellKind::kText, value, {}}, draft_); !wrong.empty()) {
        return Error{
            ErrorCode::kInvalidArgument,
            std::string(target_name) + ": \"" + EscapeForDisplay(value) + "\" " +
                std::string(wrong)};
    }
    return std::pair(std::move(*target), std::string(value));
}

/// What the format or the guess says, but for what was said by hand.
Status FileImport::AddKnownColumns(const std::vector<Mapped>& by_hand) {
    std::vector<Mapped> known;
    if (opened_.format == nullptr) {
        known = GuessMapping(opened_.rows->Columns());
    } else {
        for (const ColumnMapping& mapping : opened_.format->columns) {
            known.push_back({std::string(mapping.column), std::string(mapping.target)});
        }
    }
    for (const Mapped& mapped : known) {
        if (IsOfJoining(mapped.target) && opened_.format != &kSightglassFormat) {
            continue;
        }
        const bool said =
            std::any_of(by_hand.begin(), by_hand.end(), [&mapped](const Mapped& hand) {
                return hand.target == mapped.target;
            });
        if (said) {
            continue;
        }
        SG_TRY(Add(mapped.column, mapped.target));
    }
    return {};
}

Status FileImport::AddConstants(const ImportOptions& options) {
    if (opened_.format != nullptr) {
        for (const Constant& constant : opened_.format->constants) {
            SG_ASSIGN_OR_RETURN(auto said, ConstantOf(constant.target, constant.value));
            before_.push_back(std::move(said));
        }
    }
    for (const auto& [target, value] : options.constants) {
        SG_TRY(CheckMayBeSaid(target));
        SG_ASSIGN_OR_RETURN(auto said, ConstantOf(target, value));
        after_.push_back(std::move(said));
    }
    return {};
}

/// What was said on the command line comes last of all, so that it wins.
Status FileImport::BindColumns(const ImportOptions& options) {
    SG_TRY(AddKnownColumns(options.map));
    for (const Mapped& mapped : options.map) {
        if (mapped.column.empty()) {
            continue;  // "--map user=": no column is the user.
        }
        SG_TRY(CheckMayBeSaid(mapped.target));
        SG_TRY(CheckColumn(opened_, mapped));
        SG_TRY(Add(mapped.column, mapped.target));
        bindings_.back().is_awaited = true;
    }
    SG_TRY(AddConstants(options));
    BindReader();
    return {};
}

void FileImport::BindReader() {
    std::vector<std::string> columns;
    for (const Binding& binding : bindings_) {
        columns.push_back(binding.column);
    }
    if (opened_.format != nullptr) {
        for (const std::string_view column : opened_.format->identity_columns) {
            identity_places_.push_back(columns.size());
            columns.emplace_back(column);
        }
    }
    opened_.rows->Bind(columns);
}

std::string_view FileImport::Title() const noexcept {
    return opened_.format != nullptr ? opened_.format->title : std::string_view(opened_.framing);
}

std::vector<Mapped> FileImport::Mapping() const {
    const std::vector<std::string>& columns = opened_.rows->Columns();
    std::vector<Mapped> mapping;
    for (const Binding& binding : bindings_) {
        const bool there =
            columns.empty() ||
            std::find(columns.begin(), columns.end(), binding.column) != columns.end();
        if (there) {
            mapping.push_back({binding.column, binding.target.name()});
        }
    }
    return mapping;
}

std::vector<std::string> FileImport::Unmapped() const {
    std::vector<std::string> unmapped;
    for (const std::string& column : opened_.rows->Columns()) {
        const bool bound =
            std::any_of(bindings_.begin(), bindings_.end(), [&column](const Binding& binding) {
                // A member of an object that is read as a whole is read as well.
                return binding.column == column || column.starts_with(binding.column + ".") ||
                       binding.column.starts_with(column + ".");
            });
        if (!bound) {
            unmapped.push_back(column);
        }
    }
    return unmapped;
}

std::vector<std::string> FileImport::Awaited() const {
    std::vector<std::string> awaited;
    for (const Binding& binding : bindings_) {
        if (binding.is_awaited) {
            awaited.push_back(binding.column);
        }
    }
    return awaited;
}

std::optional<Rejected> FileImport::Read(const Row& row) {
    if (!row.broken.empty()) {
        return Rejected{row.line, {}, row.broken};
    }
    draft_.Clear(rules_);
    for (const auto& [target, value] : before_) {
        target.Set({CellKind::kText, value, {}}, draft_);
    }
    for (Binding& binding : bindings_) {
        Cell cell = row.cells[binding.place];
        if (takes_guards_off_ && cell.kind == CellKind::kText) {
            cell.text = TextOfCsvCell(cell.text);
        }
        binding.is_awaited = binding.is_awaited && cell.kind == CellKind::kMissing;
        const std::string_view wrong = binding.target.Set(cell, draft_);
        if (!wrong.empty()) {
            return Rejected{row.line, binding.column, wrong};
        }
    }
    for (const auto& [target, value] : after_) {
        target.Set({CellKind::kText, value, {}}, draft_);
    }
    if (opened_.format != nullptr && opened_.format->finish != nullptr) {
        opened_.format->finish(draft_);
    }
    if (draft_.passed_over) {
        return std::nullopt;
    }
    std::string_view wrong = draft_.Finish();
    if (wrong.empty() && draft_.requests) {
        wrong = CheckAggregate(draft_);
    }
    return wrong.empty() ? std::nullopt : std::optional(RejectedOf(row.line, wrong));
}

ContentHash FileImport::HashOf(const Row& row) {
    const Identity identity =
        opened_.format != nullptr ? opened_.format->identity : Identity::kContent;
    identity_text_.clear();
    bool any = false;
    for (const std::size_t place : identity_places_) {
        any = any || row.cells[place].kind != CellKind::kMissing;
        identity_text_ += row.cells[place].text;
        identity_text_ += '\x1f';
    }
    if (identity == Identity::kContent || !any) {
        const ContentHash hash = ContentHash::Of(row.raw);
        return hash.Repeated(equal_lines_.Count(hash));
    }
    const ContentHash hash = ContentHash::Of(identity_text_);
    return identity == Identity::kKey ? hash : hash.Repeated(equal_lines_.Count(hash));
}

Status FileImport::Deliver(const Row& row, const ImportTakers& takers, ImportCounts& counts) {
    if (draft_.ids_known) {
        ++counts.calls;
        return takers.call(draft_.call);
    }
    const ContentHash hash = HashOf(row);
    if (!draft_.requests) {
        const Time start = draft_.is_time_absurd ? Time() : *draft_.call.started_at;
        draft_.call.call_id = IdOf(start, hash);
        ++counts.calls;
        return takers.call(draft_.call);
    }
    for (std::int64_t i = 0; i < *draft_.requests; ++i) {
        TakeShare(draft_, i, share_);
        // By the row's own start: the share's moves when the row counts more requests.
        share_.call_id = IdOf(
            *draft_.call.started_at,
            hash.Repeated(static_cast<std::uint64_t>(i) + (std::uint64_t{1} << 32))
        );
        ++counts.calls;
        SG_TRY(takers.call(share_));
    }
    return {};
}

Status FileImport::Take(const Row& row, const ImportTakers& takers, ImportCounts& counts) {
    ++counts.rows;
    if (const auto rejected = Read(row)) {
        ++counts.rejected;
        return takers.reject(*rejected);
    }
    if (draft_.passed_over) {
        ++counts.passed_over;
        return {};
    }
    return Deliver(row, takers, counts);
}

Result<ImportCounts> FileImport::Run(const ImportTakers& takers) {
    ImportCounts counts;
    Row row;
    while (true) {
        SG_ASSIGN_OR_RETURN(const bool more, opened_.rows->Next(row));
        if (!more) {
            return counts;
        }
        SG_TRY(Take(row, takers, counts));
        if (counts.rows % kRowsBetweenProgress == 0 && takers.progress) {
            takers.progress(counts);
        }
    }
}

}  // namespace sightglass::capture::files
