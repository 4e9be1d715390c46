// What was taken in and is not in the file yet: questions see it beside the file's rows.
//
// A commit brings all of it into the file and writes its own number there, in the same transaction.
// So that nobody sees a row twice or misses one, a question takes a snapshot of what is staged
// first and then reads the file's number in the transaction that answers it: a snapshot whose
// commit has that number, or a lower one, is in the file already.
//
// Included by this folder's .cc files only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "store/duckdb/call_block.h"
#include "store/duckdb/handle.h"
#include "store/store.h"

namespace sightglass::store {

/// Rows for one commit.
/// Thread-safety: plain value.
struct StagedRows {
    std::uint64_t commit = 0;  ///< The number of the commit that brings them in.
    std::vector<std::shared_ptr<const CallBlock>> calls;
    std::vector<std::shared_ptr<const Content>> contents;

    bool Empty() const noexcept { return calls.empty() && contents.empty(); }
};

/// The last version of everything in a batch.
StagedRows LatestOf(const Batch& batch, std::uint64_t commit);

/// Thread-safety: Rows from any thread; the rest belongs to the thread that commits.
class Staged {
public:
    void Add(const Batch& batch);

    /// `commit` is the number of the commit that comes next.
    void Clear(std::uint64_t commit);

    StagedRows Rows() const {
        return rows_.With([](const StagedRows& rows) { return rows; });
    }

    bool HoldsCall(const Uuid& call_id) const;
    bool HoldsContent(const Uuid& call_id) const;

    bool Empty() const noexcept { return call_count_ == 0 && positions_.Empty(); }

    std::size_t CallCount() const noexcept { return call_count_; }

    std::size_t Bytes() const noexcept { return bytes_; }

    /// Positions and forgotten segments of all batches together; no calls.
    const Batch& Positions() const noexcept { return positions_; }

private:
    Guarded<StagedRows> rows_;
    std::size_t call_count_ = 0;
    std::size_t bytes_ = 0;
    Batch positions_;
};

/// Makes staged rows readable by SQL. Once a database.
Status RegisterStagedTables(duckdb_connection connection);

/// What stands behind FROM. The rows must outlive the statement.
std::string StagedCallsSql(const StagedRows& rows);
std::string StagedContentsSql(const StagedRows& rows);

}  // namespace sightglass::store
