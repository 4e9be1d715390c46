#include "store/duckdb/engine.h"

#include <unistd.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "store/duckdb/content_file.h"
#include "store/duckdb/content_writer.h"
#include "store/duckdb/schema.h"
#include "store/duckdb/sketch_functions.h"
#include "store/duckdb/staged.h"

namespace sightglass::store {
namespace {

const std::string kDatabase = "store";

constexpr std::size_t kTempToMemory =
    4;  ///< Most that a query may spill to disk, in multiples of its memory.

Path Beside(const Path& file, std::string_view suffix) {
    Path beside = file;
    beside += suffix;
    return beside;
}

Result<FileDescriptor> LockFor(const Path& file) {
    const Path path = Beside(file, ".lock");
    Result<FileDescriptor> lock = LockFile(path);
    if (lock.Ok()) {
        const std::string pid = std::to_string(getpid()) + "\n";
        // What is written there is for people; the lock itself is what counts.
        if (ftruncate(lock->get(), 0) != 0 || pwrite(lock->get(), pid.data(), pid.size(), 0) < 0) {
            return ErrnoError("cannot write", path, errno);
        }
        return lock;
    }
    if (lock.error().code != ErrorCode::kConflict) {
        return lock;
    }
    const Result<std::string> holder = ReadFile(path);
    const std::string pid = holder.Ok() ? std::string(Trim(*holder)) : std::string();
    return Error{
        ErrorCode::kConflict,
        "another process" + (pid.empty() ? "" : " (pid " + pid + ")") + " has " +
            file.parent_path().string() + " open"};
}

/// The thread that asks and those that take part. With one alone, DuckDB writes no whole groups of
/// rows past its log.
int ThreadsOf(const DuckDbOptions& options) {
    return std::max(options.threads, 2);
}

Result<ConfigHandle> ConfigFor(const Path& file, const DuckDbOptions& options) {
    ConfigHandle config;
    if (duckdb_create_config(config.Out()) == DuckDBError) {
        return Error{ErrorCode::kInternal, "DuckDB made no configuration"};
    }
    const auto megabytes = [](std::size_t bytes) {
        return std::to_string(std::max<std::size_t>(bytes >> 20, 1)) + "MiB";
    };
    const std::pair<const char*, std::string> settings[] = {
        {"memory_limit", megabytes(options.memory_bytes_max)},
        {"threads", std::to_string(ThreadsOf(options))},
        // It starts none of them: scan_threads.h says why.
        {"external_threads", std::to_string(ThreadsOf(options))},
        {"temp_directory", Beside(file, ".tmp").string()},
        {"max_temp_directory_size", megabytes(options.memory_bytes_max * kTempToMemory)},
        // The committer checkpoints by itself, when it does least harm (commit.h).
        {"checkpoint_threshold", "2GiB"},
        {"preserve_insertion_order", "false"},
        // Nothing is fetched or loaded; AttachFile adds that no statement reaches another file.
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"allow_community_extensions", "false"},
    };
    for (const auto& [name, value] : settings) {
        if (duckdb_set_config(config.get(), name, value.c_str()) == DuckDBError) {
            return Error{
                ErrorCode::kInternal,
                std::string("DuckDB refuses the setting ") + name + "=" + value};
        }
    }
    return config;
}

Status Use(duckdb_connection connection) {
    return Execute(connection, "USE " + kDatabase);
}

Error OpenError(const Path& file, const std::string& message) {
    Error error = ToError(DUCKDB_ERROR_IO, message.c_str());
    if (message.find("not a valid DuckDB database file") != std::string::npos ||
        message.find("we can only read version") != std::string::npos) {
        error.code = ErrorCode::kCorrupt;
    }
    if (error.code == ErrorCode::kConflict) {
        return Error{
            ErrorCode::kConflict,
            "another process has " + file.string() + " open: " + message};
    }
    return std::move(error).In("cannot open " + file.string());
}

}  // namespace

Engine::Loan::~Loan() {
    if (connection_.get() != nullptr) {
        engine_->Return(std::move(connection_));
    }
}

Result<std::unique_ptr<Engine>> Engine::Open(const Path& file, const DuckDbOptions& options) {
    std::unique_ptr<Engine> engine(new Engine(file));
    SG_ASSIGN_OR_RETURN(engine->lock_, LockFor(file));
    SG_TRY(engine->OpenDatabase(options));
    SG_TRY(engine->AttachFile(options.group_rows));
    SG_TRY(engine->MakeConnections(options.connections));
    engine->scan_threads_.emplace(engine->database_.get(), ThreadsOf(options) - 1);
    return engine;
}

Status Engine::OpenDatabase(const DuckDbOptions& options) {
    SG_ASSIGN_OR_RETURN(const ConfigHandle config, ConfigFor(file_, options));
    char* message = nullptr;
    if (duckdb_open_ext(nullptr, database_.Out(), config.get(), &message) == DuckDBError) {
        Error error = OpenError(file_, message != nullptr ? message : "");
        duckdb_free(message);
        return error;
    }
    return {};
}

Status Engine::AttachFile(std::size_t group_rows) {
    if (duckdb_connect(database_.get(), writer_.Out()) == DuckDBError) {
        return Error{ErrorCode::kInternal, "DuckDB gave no connection"};
    }
    // Attached, because only so can the size of its groups of rows be chosen.
    const std::string attach = "ATTACH " + QuotedText(file_.string()) + " AS " + kDatabase +
                               " (ROW_GROUP_SIZE " + std::to_string(group_rows) + ")";
    if (const Status attached = Execute(writer_.get(), attach); !attached.Ok()) {
        return OpenError(file_, attached.error().message);
    }
    SG_TRY(Use(writer_.get()));
    SG_TRY(AttachContents());
    if (Status status = Migrate(writer_.get()); !status.Ok()) {
        return std::move(status).error().In("cannot use " + file_.string());
    }
    SG_TRY(RegisterStagedTables(writer_.get()));
    SG_TRY(RegisterSketchFunctions(writer_.get()));
    SG_TRY(Execute(writer_.get(), "SET enable_external_access = false"));
    return Execute(writer_.get(), "SET lock_configuration = true");
}

/// What an older file of calls has of contents moves over before its table goes (schema.cc).
Status Engine::AttachContents() {
    const Path file = ContentFileOf(file_);
    if (const Status attached = Execute(writer_.get(), AttachContentsSql(file, "content"));
        !attached.Ok()) {
        return OpenError(file, attached.error().message);
    }
    SG_TRY(MakeContentTables(writer_.get()));
    SG_ASSIGN_OR_RETURN(ContentWriter writer, ContentWriter::Make(writer_.get(), file, nullptr));
    return MoveOldContents(writer_.get(), writer);
}

/// The file of contents goes first, by plain statements that this thread carries out: closing an engine with two files
/// attached was seen to hang.
Engine::~Engine() {
    scan_threads_.reset();
    idle_.clear();
    if (writer_.get() != nullptr) {
        static_cast<void>(Run(writer_.get(), {"CHECKPOINT content", {}}, NoDeadline()));
        static_cast<void>(Run(writer_.get(), {"DETACH content", {}}, NoDeadline()));
    }
}

Status Engine::MakeConnections(int count) {
    for (int i = 0; i < std::max(count, 1); ++i) {
        ConnectionHandle connection;
        if (duckdb_connect(database_.get(), connection.Out()) == DuckDBError) {
            return Error{ErrorCode::kInternal, "DuckDB gave no connection"};
        }
        SG_TRY(Use(connection.get()));
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(connection));
    }
    return {};
}

Result<Engine::Loan> Engine::Lend(SteadyTime deadline) {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_until(lock, deadline, [&] { return !idle_.empty(); })) {
        return Error{
            ErrorCode::kUnavailable,
            "too many queries at once: none of them ended in time"};
    }
    ConnectionHandle connection = std::move(idle_.back());
    idle_.pop_back();
    scan_threads_->Begin();
    return Loan(*this, std::move(connection));
}

void Engine::Return(ConnectionHandle connection) {
    scan_threads_->End();
    {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
}

}  // namespace sightglass::store
