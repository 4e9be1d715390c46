// Writing: one transaction a batch.
//
// Included by this folder's .cc files only.
#pragma once

#include <span>
#include <vector>

#include "store/duckdb/handle.h"
#include "store/duckdb/id_memory.h"
#include "store/store.h"

namespace sightglass::store {

/// Brings batches into an open file. Remembers what is there, so that appending new Calls costs no
/// search. Thread-safety: belongs to the thread that commits.
class Committer {
public:
    /// Reads what the file holds. The connection outlives this.
    static Result<Committer> Make(duckdb_connection connection);

    /// All of it or nothing, durable on return.
    Status Commit(const Batch& batch);

private:
    Committer(duckdb_connection connection, IdMemory calls, IdMemory contents)
        : connection_(connection), call_ids_(std::move(calls)), content_ids_(std::move(contents)) {}

    Status Write(const Batch& batch);
    Status WriteCalls(std::span<const Call* const> calls);
    Status WriteContents(std::span<const Content* const> contents);
    Status WritePositions(const Batch& batch);

    duckdb_connection connection_;
    std::vector<const Field*> columns_;
    JournalPositions positions_;
    IdMemory call_ids_;
    IdMemory content_ids_;
};

/// What the table journal_positions holds.
Result<JournalPositions> ReadPositions(duckdb_connection connection, SteadyTime deadline);

}  // namespace sightglass::store
