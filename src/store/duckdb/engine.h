// An open DuckDB file: its lock, its settings, one connection that writes and a few that read.
//
// Included by this folder's .cc files only.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/scan_threads.h"

namespace sightglass::store {

/// Thread-safety: Lend is safe for concurrent use; Writer belongs to the thread that commits.
class Engine {
public:
    /// A connection for as long as it is held.
    class Loan {
    public:
        Loan(Engine& engine, ConnectionHandle connection) noexcept
            : engine_(&engine), connection_(std::move(connection)) {}

        Loan(Loan&& other) noexcept = default;
        Loan& operator=(Loan&&) = delete;
        ~Loan();

        duckdb_connection get() const noexcept { return connection_.get(); }

    private:
        Engine* engine_;
        ConnectionHandle connection_;
    };

    /// Locks and opens (or makes) the file and brings its tables up to date. kConflict, kCorrupt,
    /// kIo, kFull.
    static Result<std::unique_ptr<Engine>> Open(const Path& file, const DuckDbOptions& options);

    /// Waits for a connection that is free. kUnavailable past the deadline.
    Result<Loan> Lend(SteadyTime deadline);

    duckdb_connection Writer() const noexcept { return writer_.get(); }

    ScanThreads& Scanners() noexcept { return *scan_threads_; }

    const Path& File() const noexcept { return file_; }

    /// Nobody may use it any more.
    ~Engine();

    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

private:
    explicit Engine(Path file) : file_(std::move(file)) {}

    Status OpenDatabase(const DuckDbOptions& options);
    Status AttachFile(std::size_t group_rows);
    Status AttachContents();
    Status MakeConnections(int count);
    void Return(ConnectionHandle connection);

    const Path file_;
    FileDescriptor lock_;
    DatabaseHandle database_;
    ConnectionHandle writer_;

    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<ConnectionHandle> idle_;  ///< Guarded by mutex_.
    std::optional<ScanThreads> scan_threads_;
};

}  // namespace sightglass::store
