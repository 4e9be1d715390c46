// Writing: one transaction a batch.
//
// Included by this folder's .cc files only.
#pragma once

#include <span>
#include <vector>

#include "base/files.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/id_memory.h"
#include "store/store.h"

namespace sightglass::store {

/// When rows go from DuckDB's log into its file, compressed. DuckDB's own threshold would do that at a size: each time it ends
/// the last group of rows there, and later writes small groups once more to merge them. A group that is nearly full is left
/// alone: a third of the work at every 16 MiB of log, and no stall longer than the writing of one group.
inline constexpr std::uint64_t kCheckpointRows =
    100'000;  ///< A row group holds 122,880; a batch 20,000.
inline constexpr std::uint64_t kCheckpointBytes = std::uint64_t{1}
                                                  << 28;  ///< Of log: contents can be long.

/// Brings batches into an open file. Remembers what is there, so that appending new Calls costs no search.
///
/// Thread-safety: belongs to the thread that commits.
class Committer {
public:
    /// Reads what the file holds. The connection outlives this.
    static Result<Committer> Make(duckdb_connection connection, const Path& file);

    /// All of it or nothing, durable on return.
    Status Commit(const Batch& batch);

private:
    Committer(duckdb_connection connection, Path log, IdMemory calls, IdMemory contents)
        : connection_(connection),
          log_(std::move(log)),
          call_ids_(std::move(calls)),
          content_ids_(std::move(contents)) {}

    Status Write(const Batch& batch);
    Status WriteCalls(std::span<const Call* const> calls);
    Status WriteContents(std::span<const Content* const> contents);
    Status WritePositions(const Batch& batch);
    void CheckpointIfDue();

    duckdb_connection connection_;
    Path log_;  ///< DuckDB's write-ahead log, beside the file.
    std::uint64_t rows_since_checkpoint_ = 0;
    std::vector<const Field*> columns_;
    JournalPositions positions_;
    IdMemory call_ids_;
    IdMemory content_ids_;
};

/// What the table journal_positions holds.
Result<JournalPositions> ReadPositions(duckdb_connection connection, SteadyTime deadline);

}  // namespace sightglass::store
