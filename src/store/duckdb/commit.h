// Writing: one transaction a batch.
//
// Included by this folder's .cc files only.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "store/duckdb/content_writer.h"
#include "store/duckdb/engine.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/id_memory.h"
#include "store/duckdb/rollup_sums.h"
#include "store/duckdb/staged.h"
#include "store/store.h"

namespace sightglass::store {

/// When rows go from DuckDB's log into its file, compressed. DuckDB's own threshold would do that at a size: each time it ends
/// the last group of rows there, and later writes small groups once more to merge them. A group that is nearly full is left
/// alone, and no stall is longer than the writing of one group.
inline constexpr std::uint64_t kCheckpointRows = 50'000;  ///< A group holds kGroupRows.
inline constexpr std::uint64_t kCheckpointBytes = std::uint64_t{1} << 28;  ///< Of log.
inline constexpr std::uint64_t kCheckpointCommits = 64;  ///< So that the log stays short.
inline constexpr int kCheckpointsFailedMax = 10;         ///< In a row, before it is said.

/// Brings rows into an open file. Remembers what is there, so that appending new Calls costs no search.
///
/// Thread-safety: belongs to the thread that commits.
class Committer {
public:
    /// Reads what the file holds, over its writing connection. The engine outlives this.
    static Result<Committer> Make(Engine& engine, const DuckDbOptions& options);

    /// What the batch replaces without saying so, in the file and among what is staged, and which of
    /// its spans are in neither. Remembers the ids.
    Result<Replaced> FindReplaced(const Batch& batch, Staged& staged);

    /// All of it or nothing, durable on return; but contents may be there already where it fails (content_file.h).
    Status Commit(const StagedRows& rows, const Batch& positions);

    /// Deletes a bounded part of what was said before that day. True where more is left.
    Result<bool> ForgetContentsBefore(std::int64_t day);

    /// As Store. `newest` is when the newest call started.
    Result<bool> Tend(Time newest);

    /// How many commits there were.
    std::uint64_t Commits() const noexcept { return commits_; }

private:
    Committer(
        Engine& engine,
        Path log,
        IdMemory calls,
        std::size_t group_rows,
        RollupSums rollups,
        ContentWriter contents
    )
        : connection_(engine.Writer()),
          scanners_(&engine.Scanners()),
          log_(std::move(log)),
          group_rows_(group_rows),
          rollups_(std::move(rollups)),
          call_ids_(std::move(calls)),
          contents_(std::move(contents)) {}

    Result<std::vector<Withdrawn>> FindStored(const std::vector<Uuid>& ids) const;
    Result<std::vector<Span>> FindNewSpans(const std::vector<Span>& spans, const Staged& staged);
    Status Write(const StagedRows& rows, const Batch& positions);
    Status Remove(const StagedRows& rows);
    Status Insert(const StagedRows& rows);
    Status WritePositions(const Batch& batch);
    void CheckpointIfDue();

    duckdb_connection connection_;
    ScanThreads* scanners_;
    Path log_;  ///< DuckDB's write-ahead log, beside the file.
    std::size_t group_rows_;
    std::uint64_t rows_since_checkpoint_ = 0;  ///< Of those in the log.
    std::uint64_t commits_since_checkpoint_ = 0;
    int failed_checkpoints_ = 0;  ///< In a row.
    std::uint64_t commits_ = 0;
    JournalPositions positions_;
    RollupSums rollups_;
    IdMemory call_ids_;
    std::optional<IdMemory> span_ids_;  ///< From the first one on.
    ContentWriter contents_;
};

/// What the table journal_positions holds.
Result<JournalPositions> ReadPositions(duckdb_connection connection, SteadyTime deadline);

/// What the table commits holds.
Result<std::uint64_t> ReadCommits(duckdb_connection connection, SteadyTime deadline);

}  // namespace sightglass::store
