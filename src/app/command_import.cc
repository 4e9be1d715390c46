#include <malloc.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "access/key_fingerprint.h"
#include "app/commands.h"
#include "app/connection.h"
#include "app/import_progress.h"
#include "app/progress_line.h"
#include "app/table_text.h"
#include "base/text.h"
#include "call/batch.h"
#include "call/encoding.h"
#include "capture/files/call_text.h"
#include "capture/files/file_import.h"
#include "capture/files/import_port.h"
#include "capture/files/text_table_rows.h"
#include "capture/files/zip_archive.h"
#include "codec/json_writer.h"
#include "store/duckdb/parquet.h"

namespace sightglass::app {
namespace {

using capture::files::FileImport;
using capture::files::ImportCounts;
using capture::files::ImportOptions;
using capture::files::Rejected;

struct ImportFlags {
    std::string data_dir = "sightglass-data";
    std::vector<std::string> files;
    std::string format;
    std::vector<std::string> map;
    std::vector<std::string> set;
    std::string time_base;
    std::string rejects;
    bool yes = false;
    bool dry_run = false;
    bool json = false;
};

constexpr int kFailed = 1;
constexpr int kUsage = 2;

int ExitCodeOf(const Error& error) {
    return error.code == ErrorCode::kInvalidArgument ? kUsage : kFailed;
}

/// "a=b" taken apart.
Result<std::pair<std::string, std::string>> PairOf(std::string_view flag, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        return Error{
            ErrorCode::kInvalidArgument,
            std::string(flag) + " " + text +
                ": allowed: FIELD=" + (flag == "--map" ? "COLUMN" : "VALUE")};
    }
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Result<ImportOptions> OptionsOf(const ImportFlags& flags) {
    ImportOptions options;
    options.format = flags.format;
    options.rules.read_at = Clock::System().Now();
    for (const std::string& text : flags.map) {
        SG_ASSIGN_OR_RETURN(auto mapped, PairOf("--map", text));
        options.map.push_back({std::move(mapped.second), std::move(mapped.first)});
    }
    for (const std::string& text : flags.set) {
        SG_ASSIGN_OR_RETURN(auto constant, PairOf("--set", text));
        options.constants.push_back(std::move(constant));
    }
    if (!flags.time_base.empty()) {
        SG_ASSIGN_OR_RETURN(
            options.rules.time_base,
            ParseTime(flags.time_base, Clock::System().Now())
        );
    }
    using capture::files::RowReader;
    options.open_parquet = [](const std::string& path) -> Result<std::unique_ptr<RowReader>> {
        SG_ASSIGN_OR_RETURN(auto table, store::OpenParquet(path));
        return capture::files::ReadTextTable(std::move(table));
    };
    return options;
}

/// Lines that were not taken, as a CSV file that is made when there is the first.
/// Thread-safety: one thread at a time.
class RejectsFile {
public:
    RejectsFile(std::string path, std::string_view input) : path_(std::move(path)) {
        if (path_.empty()) {
            const std::string name = input == "-" ? "stdin" : Path(input).filename().string();
            path_ = name + ".rejects.csv";
        }
    }

    Status Add(const Rejected& rejected) {
        Note(rejected);
        if (!file_.is_open()) {
            file_.open(path_, std::ios::trunc);
            file_ << "line,field,reason\n";
        }
        std::string line = std::to_string(rejected.line) + ",";
        capture::files::AppendCsvCell(EscapeForDisplay(rejected.field), line);
        line += ',';
        capture::files::AppendCsvCell(EscapeForDisplay(rejected.reason), line);
        file_ << line << '\n';
        return file_.good() ? Status()
                            : Error{
                                  ErrorCode::kIo,
                                  "cannot write " + path_ + "; name another file with --rejects"};
    }

    const std::string& File() const noexcept { return path_; }

    /// The body of POST /api/v1/quality/rejected.
    std::string ReportOf(const std::string& input, std::uint64_t count) const {
        codec::JsonWriter json;
        json.BeginObject().Key("file").String(input == "-" ? "stdin" : input);
        json.Key("count").Int(static_cast<std::int64_t>(count));
        return json.Key("examples").Raw("[" + examples_ + "]").EndObject().Take();
    }

private:
    void Note(const Rejected& rejected) {
        constexpr int kExamplesMax = 20;
        if (++noted_ > kExamplesMax) {
            return;
        }
        codec::JsonWriter json;
        json.BeginObject().Key("line").Int(static_cast<std::int64_t>(rejected.line));
        json.Key("field").String(rejected.field).Key("reason").String(rejected.reason).EndObject();
        examples_ += (examples_.empty() ? "" : ",") + json.text();
    }

    int noted_ = 0;
    std::string examples_;  // Objects with commas between.
    std::string path_;
    std::ofstream file_;
};

/// Where Calls go: the journal of this command's own server, or batch by batch to the one that runs.
/// Thread-safety: one thread at a time.
class CallSender {
public:
    explicit CallSender(Connection& connection) : connection_(connection) {}

    Status Add(const Call& call) {
        if (Server* const own = connection_.OwnServer()) {
            return own->Import().Append(call);
        }
        if (batch_.size() + EncodedSize(call) > kCallBatchBytesMax) {
            SG_TRY(Flush());
        }
        AppendToBatch(call, batch_);
        return {};
    }

    Status Flush() {
        if (Server* const own = connection_.OwnServer()) {
            return own->Import().Sync();
        }
        Status sent;
        if (!batch_.empty()) {
            sent = connection_.SendCalls(batch_);
            batch_.clear();
        }
        return sent;
    }

private:
    Connection& connection_;
    std::string batch_;
};

void ShowMapping(const FileImport& file, const std::string& name) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& mapped : file.Mapping()) {
        rows.push_back({mapped.target, mapped.column});
    }
    for (const std::string& column : file.Unmapped()) {
        rows.push_back({"(left out)", column});
    }
    const std::string table = FormatTable({{"field"}, {"column"}}, rows);
    std::fprintf(
        stderr,
        "%s: %s\n%s",
        EscapeForDisplay(name).c_str(),
        std::string(file.Title()).c_str(),
        table.c_str()
    );
}

/// A guess is shown, and taken where somebody says so.
Status Confirm(const FileImport& file, const ImportFlags& flags, const std::string& name) {
    if (!file.Guessed() && !flags.dry_run) {
        return {};
    }
    ShowMapping(file, name);
    if (!file.Guessed() || flags.yes || flags.dry_run) {
        return {};
    }
    if (name == "-" || ::isatty(STDIN_FILENO) == 0) {
        return Error{
            ErrorCode::kInvalidArgument,
            "what the columns of " + name +
                " mean is guessed: say --yes to import it like this, or --map FIELD=COLUMN"};
    }
    std::fputs("Import it like this? [y/N] ", stderr);
    const int answer = std::getchar();
    return answer == 'y' || answer == 'Y'
               ? Status()
               : Error{ErrorCode::kInvalidArgument, "nothing was imported from " + name};
}

void PrintCounts(
    const std::string& name,
    const FileImport& file,
    const ImportCounts& counts,
    bool json
) {
    if (json) {
        codec::JsonWriter out;
        out.BeginObject().Key("file").String(name).Key("format").String(file.Title());
        out.Key("rows").Int(static_cast<std::int64_t>(counts.rows));
        out.Key("calls").Int(static_cast<std::int64_t>(counts.calls));
        out.Key("rejected").Int(static_cast<std::int64_t>(counts.rejected));
        out.Key("passed_over").Int(static_cast<std::int64_t>(counts.passed_over)).EndObject();
        std::printf("%s\n", out.text().c_str());
        return;
    }
    std::printf(
        "%s: %s: %llu rows, %llu calls",
        EscapeForDisplay(name).c_str(),
        std::string(file.Title()).c_str(),
        static_cast<unsigned long long>(counts.rows),
        static_cast<unsigned long long>(counts.calls)
    );
    if (counts.passed_over > 0) {
        std::printf(
            ", %llu no calls to a model",
            static_cast<unsigned long long>(counts.passed_over)
        );
    }
    if (counts.rejected > 0) {
        std::printf(", %llu rejected", static_cast<unsigned long long>(counts.rejected));
    }
    std::printf("\n");
}

/// One file into `connection`; null for a dry run, which reads it and keeps nothing.
Result<ImportCounts> ImportOne(
    const std::string& name,
    FileImport& file,
    const ImportFlags& flags,
    Connection* connection
) {
    RejectsFile rejects(flags.rejects, name);
    ProgressLine progress(name);
    std::optional<CallSender> sender;
    if (connection != nullptr) {
        sender.emplace(*connection);
    }
    const auto counts = file.Run({
        .call = [&sender](const Call& call) { return sender ? sender->Add(call) : Status(); },
        .reject = [&rejects](const Rejected& rejected) { return rejects.Add(rejected); },
        .progress =
            [&](const ImportCounts& so_far) {
                const auto* const bytes = file.Bytes();
                progress.Show(
                    so_far.rows,
                    bytes == nullptr ? 0 : bytes->BytesRead(),
                    bytes == nullptr ? 0 : bytes->BytesTotal()
                );
            },
    });
    progress.Clear();
    if (sender) {
        SG_TRY(sender->Flush());
    }
    if (!counts.Ok()) {
        return Error{counts.error().code, name + ": " + counts.error().message};
    }
    PrintCounts(name, file, *counts, flags.json);
    for (const std::string& column : file.Awaited()) {
        std::fprintf(
            stderr,
            "%s: no row has a \"%s\"\n",
            EscapeForDisplay(name).c_str(),
            EscapeForDisplay(column).c_str()
        );
    }
    if (counts->rejected > 0 && connection != nullptr) {
        const auto told = connection->Change(
            "POST",
            "/api/v1/quality/rejected",
            rejects.ReportOf(name, counts->rejected)
        );
        if (!told.Ok()) {
            return Error{told.error().code, name + ": " + told.error().message};
        }
    }
    if (counts->rejected > 0) {
        std::fprintf(
            stderr,
            "What was rejected, and why, is in %s\n",
            EscapeForDisplay(rejects.File()).c_str()
        );
    }
    return *counts;
}

/// Thread-safety: plain value.
struct NamedFile {
    std::string name;
    std::unique_ptr<FileImport> file;
};

Status AddFile(
    std::string name,
    Result<std::unique_ptr<FileImport>> file,
    const ImportFlags& flags,
    std::vector<NamedFile>& files
) {
    if (!file.Ok()) {
        return Error{file.error().code, name + ": " + file.error().message};
    }
    SG_TRY(Confirm(**file, flags, name));
    files.push_back({std::move(name), std::move(*file)});
    return {};
}

/// An archive's files one by one.
Status AddArchive(
    const std::string& path,
    const ImportFlags& flags,
    const ImportOptions& options,
    std::vector<NamedFile>& files
) {
    SG_ASSIGN_OR_RETURN(const auto archive, capture::files::ZipArchive::Open(path));
    for (const std::string& entry : archive->Names()) {
        auto bytes = archive->OpenEntry(entry);
        auto file = bytes.Ok() ? FileImport::OfSource(std::move(*bytes), options)
                               : Result<std::unique_ptr<FileImport>>(std::move(bytes).error());
        std::string name = path;
        name += '/';
        name += entry;
        SG_TRY(AddFile(std::move(name), std::move(file), flags, files));
    }
    return {};
}

Result<std::vector<NamedFile>> OpenFiles(const ImportFlags& flags, const ImportOptions& options) {
    std::vector<NamedFile> files;
    for (const std::string& name : flags.files) {
        const bool is_archive = name != "-" && capture::files::ZipArchive::IsOne(name);
        SG_TRY(
            is_archive ? AddArchive(name, flags, options, files)
                       : AddFile(name, FileImport::Open(name, options), flags, files)
        );
    }
    return files;
}

/// What the store takes and gives back for each group of rows goes back to the system, instead of
/// staying with whichever thread had it.
void KeepHeapSmall() {
    constexpr int kArenas = 2;
    constexpr int kMappedFrom = 1 << 20;
    constexpr int kTrimFrom = 16 << 20;
    // NOLINTBEGIN(concurrency-mt-unsafe): there is one thread yet.
    ::mallopt(M_ARENA_MAX, kArenas);
    ::mallopt(M_MMAP_THRESHOLD, kMappedFrom);
    ::mallopt(M_TRIM_THRESHOLD, kTrimFrom);
    // NOLINTEND(concurrency-mt-unsafe)
}

/// Waits until what was read is counted, and tells of how much of it nothing was added.
Status TellKnown(Connection& connection, std::int64_t known_before) {
    SG_ASSIGN_OR_RETURN(const ImportProgress progress, AwaitCounted(connection));
    if (const std::int64_t known = progress.known_records - known_before; known > 0) {
        std::fprintf(
            stderr,
            "Known already, and counted once: %lld\n",
            static_cast<long long>(known)
        );
    }
    return {};
}

/// Its signal comes again, and ends the program, when this returns.
void TellOfInterruption(int signal) {
    constexpr std::string_view kText =
        "\nInterrupted: a part may be taken in. Import it again: nothing counts twice.\n";
    static_cast<void>(!::write(STDERR_FILENO, kText.data(), kText.size()));
    std::raise(signal);
}

void HandleInterruption() {
    struct sigaction action {};

    action.sa_handler = TellOfInterruption;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, nullptr);
}

/// Opens all files before it imports the first: a mistake in one leaves nothing half done.
Result<int> Import(const ImportFlags& flags) {
    KeepHeapSmall();
    if (!flags.dry_run) {
        HandleInterruption();
    }
    SG_ASSIGN_OR_RETURN(ImportOptions options, OptionsOf(flags));
    SG_TRY(EnsurePrivateDirectory(flags.data_dir));
    SG_ASSIGN_OR_RETURN(
        const Secret secret,
        access::LoadOrCreateSecret(Path(flags.data_dir) / "secret")
    );
    const access::Fingerprinter fingerprinter(secret);
    options.rules.fingerprinter = &fingerprinter;
    SG_ASSIGN_OR_RETURN(auto files, OpenFiles(flags, options));
    std::optional<Connection> connection;
    if (!flags.dry_run) {
        SG_ASSIGN_OR_RETURN(connection, Connection::Open(flags.data_dir, Need::kFiles));
    }
    std::int64_t known_before = 0;
    if (connection) {
        SG_ASSIGN_OR_RETURN(const ImportProgress progress, GetProgress(*connection));
        known_before = progress.known_records;
    }
    bool rejected = false;
    for (NamedFile& named : files) {
        SG_ASSIGN_OR_RETURN(
            const ImportCounts counts,
            ImportOne(named.name, *named.file, flags, connection ? &*connection : nullptr)
        );
        rejected = rejected || counts.rejected > 0;
        named.file.reset();
    }
    if (connection) {
        SG_TRY(TellKnown(*connection, known_before));
    }
    return rejected ? kFailed : 0;
}

}  // namespace

void AddImportCommand(CLI::App& program, int& exit_code) {
    CLI::App* command =
        program.add_subcommand("import", "Take in calls from files: logs, exports, traces");
    command->footer(
        "Examples:\n  sightglass import usage.jsonl\n  zcat old.csv.gz | sightglass import - --yes "
        "--map user=customer\nWhat each format yields stands in docs/import.md."
    );
    auto flags = std::make_shared<ImportFlags>();
    command->add_option("files", flags->files, "Files; - is standard input")
        ->type_name("FILE")
        ->required();
    command->add_option("--format", flags->format, "What they are; told by their content otherwise")
        ->type_name("NAME");
    command->add_option("--map", flags->map, "Which column holds a field: user=customer_id")
        ->type_name("FIELD=COLUMN");
    command->add_option("--set", flags->set, "What holds of every row: service=search")
        ->type_name("FIELD=VALUE");
    command
        ->add_option(
            "--time-base",
            flags->time_base,
            "What times that are no dates are counted from"
        )
        ->type_name("TIME");
    command->add_option("--rejects", flags->rejects, "Where lines that were not taken are listed")
        ->type_name("FILE");
    command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    command->add_flag("--yes,-y", flags->yes)->description("Take guessed columns without asking");
    command->add_flag("--dry-run", flags->dry_run)->description("Read and check, keep nothing");
    command->add_flag("--json", flags->json)->description("Counts as JSON, a line a file");
    command->callback([flags, &exit_code] {
        const auto done = Import(*flags);
        if (!done.Ok()) {
            Fail(done.error().message.c_str());
        }
        exit_code = done.Ok() ? *done : ExitCodeOf(done.error());
    });
}

}  // namespace sightglass::app
