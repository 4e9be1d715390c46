#include "store/duckdb/commit.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>

#include "base/log.h"
#include "store/duckdb/content_file.h"
#include "store/duckdb/engine.h"
#include "store/duckdb/schema.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

constexpr int kCheckpointTries = 3;
constexpr std::size_t kForgetRows = 20'000;  // Some 50 ms.
constexpr auto kCheckpointRetry = std::chrono::milliseconds(20);

/// Those of the items' ids that may be there already, none of which is where they are known to be
/// new; and remembers all.
template <typename T>
std::vector<Uuid>
PerhapsThere(const std::vector<T>& items, Uuid T::*id, IdMemory& memory, bool are_new = false) {
    constexpr std::size_t kAhead = 8;
    std::vector<Uuid> ids;
    for (std::size_t i = 0; i < items.size(); ++i) {
        memory.Prefetch(items[std::min(i + kAhead, items.size() - 1)].*id);
        if (!are_new && memory.MayHold(items[i].*id)) {
            ids.push_back(items[i].*id);
        }
        // Kept even if the commit fails: a false yes costs a look, nothing else.
        memory.Add(items[i].*id);
    }
    return ids;
}

Result<std::int64_t> SelectOne(duckdb_connection connection, const Sql& sql, SteadyTime deadline) {
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection, sql, deadline));
    const ChunkHandle chunk = rows.Next();
    return chunk.get() != nullptr ? ReadInt(chunk.get(), 0, 0).value_or(0) : 0;
}

Result<std::optional<Uuid>>
NewestId(duckdb_connection connection, std::string_view table, std::string_view id = "call_id") {
    const std::string text = "SELECT max(" + std::string(id) + ") FROM " + std::string(table);
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection, {text, {}}, NoDeadline()));
    const ChunkHandle chunk = rows.Next();
    if (chunk.get() == nullptr) {
        return std::optional<Uuid>();
    }
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk.get(), 0);
    if (IsNull(vector, 0)) {
        return std::optional<Uuid>();
    }
    return std::optional(ToUuid(*static_cast<const duckdb_hugeint*>(duckdb_vector_get_data(vector)))
    );
}

/// Runs what changes something and answers nothing. Not by Execute, which spins while a thread of DuckDB's own does the
/// work, and on one processor keeps that thread from it.
Status Change(duckdb_connection connection, const Sql& sql) {
    const Result<Rows> done = Run(connection, sql, NoDeadline());
    return done.Ok() ? Status() : done.error();
}

}  // namespace

Result<JournalPositions> ReadPositions(duckdb_connection connection, SteadyTime deadline) {
    SG_ASSIGN_OR_RETURN(
        Rows rows,
        Run(connection, {"SELECT segment, position FROM journal_positions", {}}, deadline)
    );
    JournalPositions positions;
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            const auto segment =
                static_cast<std::uint64_t>(ReadInt(chunk.get(), 0, row).value_or(0));
            positions[segment] =
                static_cast<std::uint64_t>(ReadInt(chunk.get(), 1, row).value_or(0));
        }
    }
    return positions;
}

Result<std::uint64_t> ReadCommits(duckdb_connection connection, SteadyTime deadline) {
    SG_ASSIGN_OR_RETURN(
        const std::int64_t number,
        SelectOne(connection, {"SELECT number::BIGINT FROM commits", {}}, deadline)
    );
    return static_cast<std::uint64_t>(number);
}

Result<Committer> Committer::Make(Engine& engine, const DuckDbOptions& options) {
    const duckdb_connection connection = engine.Writer();
    SG_ASSIGN_OR_RETURN(const std::optional<Uuid> newest_call, NewestId(connection, "calls"));
    Path log = engine.File();
    log += ".wal";
    SG_ASSIGN_OR_RETURN(
        ContentWriter contents,
        ContentWriter::Make(connection, ContentFileOf(engine.File()), &engine.Scanners())
    );
    SG_ASSIGN_OR_RETURN(
        RollupSums rollups,
        RollupSums::Make(connection, {.rest = options.rollup_rest})
    );
    Committer committer(
        engine,
        std::move(log),
        IdMemory(newest_call),
        options.group_rows,
        std::move(rollups),
        std::move(contents)
    );
    // How many rows an earlier process left in the log is not known: enough, then.
    committer.rows_since_checkpoint_ = FileBytes(committer.log_) > 0 ? kCheckpointRows : 0;
    SG_ASSIGN_OR_RETURN(committer.positions_, ReadPositions(connection, NoDeadline()));
    SG_ASSIGN_OR_RETURN(committer.commits_, ReadCommits(connection, NoDeadline()));
    return committer;
}

/// Those of `ids` that the file holds, with their start.
Result<std::vector<Withdrawn>> Committer::FindStored(const std::vector<Uuid>& ids) const {
    std::vector<Withdrawn> found;
    if (ids.empty()) {
        return found;
    }
    const char* const text =
        "SELECT call_id, epoch_us(started_at) FROM calls WHERE call_id IN (SELECT unnest($1))";
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection_, {text, {ids}}, NoDeadline()));
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        const auto* const stored = static_cast<const duckdb_hugeint*>(
            duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk.get(), 0))
        );
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            Withdrawn& withdrawn = found.emplace_back();
            withdrawn.call_id = ToUuid(stored[row]);
            if (const auto us = ReadInt(chunk.get(), 1, row)) {
                withdrawn.started_at = TimeFromMicros(*us);
            }
        }
    }
    return found;
}

Result<Replaced> Committer::FindReplaced(const Batch& batch, Staged& staged) {
    Replaced replaced;
    const std::vector<Uuid> calls =
        PerhapsThere(batch.calls, &Call::call_id, call_ids_, batch.ids_are_new);
    SG_ASSIGN_OR_RETURN(replaced.calls, FindStored(calls));
    for (const Uuid& id : calls) {
        if (staged.HoldsCall(id)) {
            replaced.calls.push_back({id, std::nullopt});
        }
    }
    SG_ASSIGN_OR_RETURN(replaced.new_spans, FindNewSpans(batch.spans, staged));
    return replaced;
}

/// A span that is told again says the same again: the first one stays.
Result<std::vector<Span>>
Committer::FindNewSpans(const std::vector<Span>& spans, const Staged& staged) {
    std::vector<Span> fresh;
    if (spans.empty()) {
        return fresh;
    }
    if (!span_ids_) {
        SG_ASSIGN_OR_RETURN(const std::optional<Uuid> newest, NewestId(connection_, "spans", "id"));
        span_ids_.emplace(newest);
    }
    std::unordered_set<Uuid> known;
    if (std::vector<Uuid> ids = PerhapsThere(spans, &Span::id, *span_ids_); !ids.empty()) {
        const char* const text = "SELECT id FROM spans WHERE id IN (SELECT unnest($1))";
        SG_ASSIGN_OR_RETURN(Rows rows, Run(connection_, {text, {std::move(ids)}}, NoDeadline()));
        for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
            const auto* const stored = static_cast<const duckdb_hugeint*>(
                duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk.get(), 0))
            );
            for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
                known.insert(ToUuid(stored[row]));
            }
        }
    }
    for (const Span& span : spans) {
        if (!staged.HoldsSpan(span.id) && known.insert(span.id).second) {
            fresh.push_back(span);
        }
    }
    return fresh;
}

Result<bool> Committer::ForgetContentsBefore(std::int64_t day) {
    return contents_.ForgetBefore(day, kForgetRows);
}

Status Committer::Commit(const StagedRows& rows, const Batch& positions) {
    SG_TRY(contents_.Write(rows.contents));
    SG_TRY(Execute(connection_, "BEGIN"));
    Status status = Write(rows, positions);
    if (status.Ok()) {
        status = Change(connection_, {"COMMIT", {}});
    }
    if (!status.Ok()) {
        // Fails where the transaction has ended already; that is as good.
        static_cast<void>(Execute(connection_, "ROLLBACK"));
        return status;
    }
    for (const auto& [segment, position] : positions.positions) {
        positions_[segment] = position;
    }
    for (const std::uint64_t segment : positions.forgotten_segments) {
        positions_.erase(segment);
    }
    rollups_.Marked(rows.touched_hours, std::chrono::steady_clock::now());
    commits_ = rows.commit;
    ++commits_since_checkpoint_;
    std::size_t calls = 0;
    for (const StagedBlock& staged : rows.calls) {
        calls += staged.block->rows();
    }
    rows_since_checkpoint_ += calls < group_rows_ ? calls : 0;
    CheckpointIfDue();
    return {};
}

Result<bool> Committer::Tend(Time newest) {
    SG_ASSIGN_OR_RETURN(
        const bool has_done,
        rollups_.Step(newest, std::chrono::steady_clock::now())
    );
    if (has_done) {
        ++commits_since_checkpoint_;
        CheckpointIfDue();
    }
    return has_done;
}

void Committer::CheckpointIfDue() {
    if (rows_since_checkpoint_ < kCheckpointRows && FileBytes(log_) < kCheckpointBytes &&
        commits_since_checkpoint_ < kCheckpointCommits) {
        return;
    }
    const ScanThreads::Pause pause(*scanners_);
    Status status = Change(connection_, {"CHECKPOINT", {}});
    for (int tries = 1; !status.Ok() && tries < kCheckpointTries; ++tries) {
        // A transaction that somebody began to read in before our last one ended is in its way.
        std::this_thread::sleep_for(kCheckpointRetry);
        status = Change(connection_, {"CHECKPOINT", {}});
    }
    if (status.Ok()) {
        rows_since_checkpoint_ = 0;
        commits_since_checkpoint_ = 0;
        failed_checkpoints_ = 0;
        return;
    }
    // What was committed is safe in the log, which goes on growing until a checkpoint succeeds.
    // The next commit tries again.
    if (++failed_checkpoints_ == kCheckpointsFailedMax) {
        Log(LogLevel::kWarn, "store", "checkpoints fail: " + status.error().message);
    }
}

Status Committer::Write(const StagedRows& rows, const Batch& positions) {
    SG_TRY(Remove(rows));
    SG_TRY(Insert(rows));
    SG_TRY(rollups_.Mark(rows.touched_hours));
    SG_TRY(Change(connection_, {"UPDATE commits SET number = $1", {rows.commit}}));
    return WritePositions(positions);
}

/// What was withdrawn, and feedback that is said again.
Status Committer::Remove(const StagedRows& rows) {
    if (!rows.withdrawn_calls.empty()) {
        const std::string since = StartedSinceSql(rows.withdrawn_from_us);
        const std::string text = "DELETE FROM calls WHERE " +
                                 (since.empty() ? "" : since + " AND ") +
                                 "call_id IN (SELECT call_id FROM " + WithdrawnCallsSql(rows) + ")";
        SG_TRY(Change(connection_, {text, {}}));
    }
    if (!rows.feedback.empty()) {
        SG_TRY(Change(
            connection_,
            {"DELETE FROM feedback WHERE id IN (SELECT id FROM " + StagedFeedbackSql(rows) + ")",
             {}}
        ));
    }
    return {};
}

Status Committer::Insert(const StagedRows& rows) {
    const auto insert = [this](bool any, std::string_view table, const std::string& from) {
        const std::string text = "INSERT INTO " + std::string(table) + " BY NAME SELECT * FROM ";
        return any ? Change(connection_, {text + from, {}}) : Status();
    };
    const std::string commit =
        std::to_string(rows.commit) + "::UBIGINT AS " + std::string(kCommitColumn);
    SG_TRY(insert(
        !rows.calls.empty(),
        "calls",
        "(SELECT *, " + commit + " FROM " + StagedCallsSql(rows) + ")"
    ));
    SG_TRY(insert(!rows.spans.empty(), "spans", StagedSpansSql(rows)));
    return insert(!rows.feedback.empty(), "feedback", StagedFeedbackSql(rows));
}

Status Committer::WritePositions(const Batch& batch) {
    // Without an index, a row is changed where there is one and added where there is none.
    for (const auto& [segment, position] : batch.positions) {
        const bool is_known = positions_.count(segment) > 0;
        const char* const text =
            is_known ? "UPDATE journal_positions SET position = $2 WHERE segment = $1"
                     : "INSERT INTO journal_positions VALUES ($1, $2)";
        SG_ASSIGN_OR_RETURN(
            const Rows rows,
            Run(connection_, {text, {segment, position}}, NoDeadline())
        );
    }
    for (const std::uint64_t segment : batch.forgotten_segments) {
        const char* const text = "DELETE FROM journal_positions WHERE segment = $1";
        SG_ASSIGN_OR_RETURN(const Rows rows, Run(connection_, {text, {segment}}, NoDeadline()));
    }
    return {};
}

}  // namespace sightglass::store
