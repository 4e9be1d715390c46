#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "app/connection.h"
#include "call/batch.h"
#include "call/encoding.h"
#include "capture/files/call_text.h"
#include "store/duckdb/parquet.h"

namespace sightglass::app {
namespace {

struct ExportFlags {
    std::string data_dir = "sightglass-data";
    std::string format = "jsonl";
    std::string from = "2000-01-01T00:00:00Z";
    std::string to = "2199-12-31T00:00:00Z";
    std::vector<std::string> filters;
    std::string output = "-";
};

/// What a file is called until it is whole.
Path UnfinishedOf(Path path) {
    return path += ".part";
}

Status PutInPlace(const Path& unfinished, const Path& path) {
    std::error_code wrong;
    std::filesystem::rename(unfinished, path, wrong);
    return wrong ? ErrnoError("cannot write", path.string(), wrong.value()) : Status();
}

/// A file, or standard output. A file has its name once it is whole: what cannot be finished changes
/// nothing. Pipes and devices are written to as they are.
/// Thread-safety: one thread at a time.
class OutputFile {
public:
    static Result<OutputFile> Open(const std::string& name) {
        if (name == "-") {
            return OutputFile(Handle(stdout, Close{}), name);
        }
        std::error_code ignored;
        const auto there = std::filesystem::status(name, ignored);
        const bool is_new = !std::filesystem::exists(there);
        const bool is_replaced = std::filesystem::is_regular_file(there);
        const Path path = is_replaced ? std::filesystem::canonical(name, ignored) : Path(name);
        const Path unfinished = is_new || is_replaced ? UnfinishedOf(path) : Path();
        const Path& written = unfinished.empty() ? path : unfinished;
        std::FILE* const file = std::fopen(written.c_str(), "we");
        if (file == nullptr) {
            return ErrnoError("cannot write", name, errno);
        }
        return OutputFile(Handle(file, Close{unfinished}), path);
    }

    Status Write(std::string_view text) {
        const bool all = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size();
        return all ? Status() : ErrnoError("cannot write", path_.string(), errno);
    }

    Status Finish() {
        if (std::fflush(file_.get()) != 0) {
            return ErrnoError("cannot write", path_.string(), errno);
        }
        Path& unfinished = file_.get_deleter().unfinished;
        if (!unfinished.empty()) {
            SG_TRY(PutInPlace(unfinished, path_));
            unfinished.clear();
        }
        return {};
    }

private:
    struct Close {
        Path unfinished;  ///< Goes with it; empty once it is finished.

        void operator()(std::FILE* file) const {
            if (file != stdout) {
                std::fclose(file);
            }
            std::error_code ignored;
            if (!unfinished.empty()) {
                std::filesystem::remove(unfinished, ignored);
            }
        }
    };

    using Handle = std::unique_ptr<std::FILE, Close>;

    OutputFile(Handle file, Path path) : file_(std::move(file)), path_(std::move(path)) {}

    Handle file_;
    Path path_;
};

using AppendCall = void (*)(const Call& call, std::string& out);

Result<std::string> TextOf(std::string_view batch, AppendCall append) {
    std::string text;
    Call call;
    while (!batch.empty()) {
        SG_ASSIGN_OR_RETURN(const std::string_view encoded, TakeFromBatch(batch));
        call.Clear();
        SG_TRY(DecodeCall(encoded, call));
        append(call, text);
    }
    return text;
}

Status WritePages(const ExportFlags& flags, AppendCall append, OutputFile& output) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir, Need::kFiles));
    std::string cursor;
    do {
        TargetBuilder target("/api/v1/export");
        target.Add("from", flags.from).Add("to", flags.to).Add("cursor", cursor);
        for (const std::string& filter : flags.filters) {
            target.Add("filter", filter);
        }
        SG_ASSIGN_OR_RETURN(const Connection::CallBatch page, connection.GetCalls(target.target()));
        SG_ASSIGN_OR_RETURN(const std::string text, TextOf(page.calls, append));
        SG_TRY(output.Write(text));
        cursor = page.next;
    } while (!cursor.empty());
    return output.Finish();
}

/// A table as text, beside the file that is made of it.
Status ExportParquet(const ExportFlags& flags) {
    if (flags.output == "-") {
        return Error{ErrorCode::kInvalidArgument, "Parquet is written to a file: name one with -o"};
    }
    const std::string table = flags.output + ".csv.tmp";
    Status done;
    {
        SG_ASSIGN_OR_RETURN(OutputFile output, OutputFile::Open(table));
        std::string header;
        capture::files::AppendCsvHeader(header);
        SG_TRY(output.Write(header));
        done = WritePages(flags, capture::files::AppendPlainCsvLine, output);
    }
    const Path unfinished = UnfinishedOf(flags.output);
    if (done.Ok()) {
        done = store::WriteParquet(table, unfinished);
    }
    if (done.Ok()) {
        done = PutInPlace(unfinished, flags.output);
    }
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    std::filesystem::remove(table, ignored);
    return done;
}

Status Export(const ExportFlags& flags) {
    if (flags.format == "parquet") {
        return ExportParquet(flags);
    }
    SG_ASSIGN_OR_RETURN(OutputFile output, OutputFile::Open(flags.output));
    if (flags.format == "jsonl") {
        return WritePages(flags, capture::files::AppendJsonLine, output);
    }
    std::string header;
    capture::files::AppendCsvHeader(header);
    SG_TRY(output.Write(header));
    return WritePages(flags, capture::files::AppendCsvLine, output);
}

}  // namespace

void AddExportCommand(CLI::App& program, int& exit_code) {
    CLI::App* command =
        program.add_subcommand("export", "Write calls to a file that import reads back");
    command->footer(
        "Example:\n  sightglass export --format csv --from -7d --filter service:chat -o week.csv"
    );
    auto flags = std::make_shared<ExportFlags>();
    command->add_option("--format", flags->format, "jsonl, csv or parquet; jsonl by default")
        ->type_name("NAME")
        ->check([](const std::string& name) {
            const bool known = name == "jsonl" || name == "csv" || name == "parquet";
            return known ? std::string() : "allowed: jsonl, csv, parquet";
        });
    command->add_option("--from", flags->from, "Start: -24h, 2026-11-22T10:00:00Z, unix seconds")
        ->type_name("TIME");
    command->add_option("--to", flags->to, "End")->type_name("TIME");
    command->add_option("--filter", flags->filters, "name:value, -name:value, name:~text, name:>=N")
        ->type_name("FILTER");
    command->add_option("-o,--output", flags->output, "A file; - is standard output")
        ->type_name("FILE");
    command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    command->callback([flags, &exit_code] {
        const Status done = Export(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
}

}  // namespace sightglass::app
