// What was taken in and is not in the file yet: questions see it beside the file's rows.
//
// A commit brings all of it into the file and writes its own number there, in the same transaction.
// So that nobody sees a row twice or misses one, a question takes a snapshot of what is staged
// first and then reads the file's number in the transaction that answers it: a snapshot whose
// commit has that number, or a lower one, is in the file already.
//
// That alone is not enough. Whole groups of rows become part of the table while DuckDB 1.4 commits,
// and until it has committed every transaction sees them. So each call says which commit brought it
// in, and who adds a snapshot to the file leaves out calls of later commits than the file's number.
//
// Included by this folder's .cc files only.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/mutex.h"
#include "store/duckdb/call_block.h"
#include "store/duckdb/handle.h"
#include "store/store.h"

namespace sightglass::store {

/// A block, less the rows that were withdrawn since.
struct StagedBlock {
    std::shared_ptr<const CallBlock> block;
    std::shared_ptr<const std::vector<bool>> withdrawn;  ///< By row; null for none.
};

/// Ids of rows in the file, some of each batch that withdrew them.
using StagedIds = std::vector<std::shared_ptr<const std::vector<Uuid>>>;

/// Rows for one commit, and those of the file that go with it.
/// Thread-safety: plain value.
struct StagedRows {
    std::uint64_t commit = 0;  ///< The number of the commit that brings them in.
    std::vector<StagedBlock> calls;
    std::vector<std::shared_ptr<const Content>> contents;  ///< Each call's once.
    std::vector<std::shared_ptr<const std::vector<Span>>> spans;
    std::vector<std::shared_ptr<const Feedback>> feedback;  ///< Each id once.
    StagedIds withdrawn_calls;
    /// Hours in which calls started that came or were withdrawn: µs since 1970, rising.
    std::vector<std::int64_t> touched_hours;
    /// No call among those withdrawn started before, µs since 1970.
    std::int64_t withdrawn_from_us = std::numeric_limits<std::int64_t>::max();

    bool Empty() const noexcept {
        return calls.empty() && contents.empty() && spans.empty() && feedback.empty() &&
               withdrawn_calls.empty();
    }
};

/// The calls with these ids alone; everything else of the rows is left out.
StagedRows CallsOf(const StagedRows& rows, std::span<const Uuid> ids);

/// What is staged of a call's content; null where nothing is.
std::shared_ptr<const Content> FindStagedContent(const StagedRows& rows, const Uuid& call_id);

/// What a batch replaces, beyond what it says itself, and which of its spans are new.
struct Replaced {
    std::vector<Withdrawn> calls;
    std::vector<Span> new_spans;
};

/// Thread-safety: Rows from any thread; the rest belongs to the thread that commits.
class Staged {
public:
    /// Of two items with one id in the batch, the last counts.
    void Add(const Batch& batch, Replaced replaced);

    /// `commit` is the number of the commit that comes next.
    void Clear(std::uint64_t commit);

    StagedRows Rows() const {
        return rows_.With([](const StagedRows& rows) { return rows; });
    }

    bool HoldsCall(const Uuid& call_id);

    bool HoldsSpan(const Uuid& id) const { return span_ids_.contains(id); }

    bool Empty() const noexcept {
        return positions_.Empty() &&
               rows_.With([](const StagedRows& rows) { return rows.Empty(); });
    }

    std::size_t CallCount() const noexcept { return call_count_; }

    std::size_t Bytes() const noexcept { return bytes_; }

    /// Positions and forgotten segments of all batches together; no calls.
    const Batch& Positions() const noexcept { return positions_; }

private:
    struct Place {
        std::size_t block;
        std::size_t row;
    };

    void LearnPlaces(const StagedRows& rows);
    void WithdrawCalls(std::span<const Withdrawn> withdrawn, StagedRows& rows);
    static void TouchHours(const Batch& batch, const Replaced& replaced, StagedRows& rows);
    std::vector<StagedBlock> BlocksOf(const Batch& batch);
    void AddContents(const std::vector<Content>& all);
    void AddSpans(std::vector<Span> spans);
    void AddFeedback(const std::vector<Feedback>& all);
    void AddPositions(const Batch& batch);

    Guarded<StagedRows> rows_;
    std::size_t call_count_ = 0;
    std::size_t bytes_ = 0;
    std::size_t bytes_per_call_ = 768;  ///< Of the last block.
    Batch positions_;
    std::unordered_map<Uuid, Place> places_;  ///< Of calls in blocks; learned when needed.
    std::size_t blocks_learned_ = 0;
    std::unordered_set<Uuid> span_ids_;
    std::unordered_map<Uuid, std::size_t> content_places_;
    std::unordered_map<std::string, std::size_t> feedback_places_;
};

/// A condition on `calls`; empty where there is none to state.
std::string StartedSinceSql(std::int64_t from_us);

/// Makes staged rows readable by SQL. Once a database.
Status RegisterStagedTables(duckdb_connection connection);

/// What stands behind FROM. The rows must outlive the statement.
std::string StagedCallsSql(const StagedRows& rows);
std::string StagedContentsSql(const StagedRows& rows);
std::string StagedSpansSql(const StagedRows& rows);
std::string StagedFeedbackSql(const StagedRows& rows);

/// The same of what they withdraw: a table of one column, call_id.
std::string WithdrawnCallsSql(const StagedRows& rows);

}  // namespace sightglass::store
