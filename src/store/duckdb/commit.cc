#include "store/duckdb/commit.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "base/log.h"
#include "store/duckdb/engine.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

constexpr int kCheckpointTries = 3;
constexpr auto kCheckpointRetry = std::chrono::milliseconds(20);

/// Those of the items' ids that may be there already, and remembers all.
template <typename T>
std::vector<Uuid> PerhapsThere(const std::vector<T>& items, IdMemory& memory) {
    std::vector<Uuid> ids;
    for (const T& item : items) {
        if (memory.MayHold(item.call_id)) {
            ids.push_back(item.call_id);
        }
        // Kept even if the commit fails: a false yes costs a look, nothing else.
        memory.Add(item.call_id);
    }
    return ids;
}

template <typename T>
std::size_t CountOf(const std::vector<T>& items, const Uuid& id) {
    return static_cast<std::size_t>(std::count_if(items.begin(), items.end(), [&](const T& item) {
        return item.call_id == id;
    }));
}

Result<std::int64_t> SelectOne(duckdb_connection connection, const Sql& sql, SteadyTime deadline) {
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection, sql, deadline));
    const ChunkHandle chunk = rows.Next();
    return chunk.get() != nullptr ? ReadInt(chunk.get(), 0, 0).value_or(0) : 0;
}

Result<std::optional<Uuid>> NewestId(duckdb_connection connection, std::string_view table) {
    SG_ASSIGN_OR_RETURN(
        Rows rows,
        Run(connection, {"SELECT max(call_id) FROM " + std::string(table), {}}, NoDeadline())
    );
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

Result<Committer> Committer::Make(duckdb_connection connection, const Path& file) {
    SG_ASSIGN_OR_RETURN(const std::optional<Uuid> newest_call, NewestId(connection, "calls"));
    SG_ASSIGN_OR_RETURN(const std::optional<Uuid> newest_content, NewestId(connection, "contents"));
    Path log = file;
    log += ".wal";
    Committer
        committer(connection, std::move(log), IdMemory(newest_call), IdMemory(newest_content));
    // How many rows an earlier process left in the log is not known: enough, then.
    committer.rows_since_checkpoint_ = FileBytes(committer.log_) > 0 ? kCheckpointRows : 0;
    SG_ASSIGN_OR_RETURN(committer.positions_, ReadPositions(connection, NoDeadline()));
    SG_ASSIGN_OR_RETURN(committer.commits_, ReadCommits(connection, NoDeadline()));
    return committer;
}

Result<bool> Committer::IsStored(std::string_view table, std::vector<Uuid> ids) const {
    if (ids.empty()) {
        return false;
    }
    const std::string text =
        "SELECT count(*) FROM " + std::string(table) + " WHERE call_id IN (SELECT unnest($1))";
    SG_ASSIGN_OR_RETURN(
        const std::int64_t found,
        SelectOne(connection_, {text, {std::move(ids)}}, NoDeadline())
    );
    return found > 0;
}

Result<bool> Committer::Replaces(const Batch& batch, const Staged& staged) {
    const std::vector<Uuid> calls = PerhapsThere(batch.calls, call_ids_);
    const std::vector<Uuid> contents = PerhapsThere(batch.contents, content_ids_);
    for (const Uuid& id : calls) {
        if (CountOf(batch.calls, id) > 1 || staged.HoldsCall(id)) {
            return true;
        }
    }
    for (const Uuid& id : contents) {
        if (CountOf(batch.contents, id) > 1 || staged.HoldsContent(id)) {
            return true;
        }
    }
    SG_ASSIGN_OR_RETURN(const bool stored, IsStored("calls", calls));
    return stored ? Result<bool>(true) : IsStored("contents", contents);
}

std::vector<Uuid> Committer::PerhapsStored(const Batch& batch) {
    std::vector<Uuid> ids = PerhapsThere(batch.calls, call_ids_);
    const std::vector<Uuid> more = PerhapsThere(batch.contents, content_ids_);
    ids.insert(ids.end(), more.begin(), more.end());
    return ids;
}

Status Committer::Commit(
    const StagedRows& rows,
    const Batch& positions,
    const std::vector<Uuid>& replaced
) {
    SG_TRY(Execute(connection_, "BEGIN"));
    Status status = Write(rows, positions, replaced);
    if (status.Ok()) {
        status = Execute(connection_, "COMMIT");
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
    commits_ = rows.commit;
    ++commits_since_checkpoint_;
    std::size_t calls = 0;
    for (const auto& block : rows.calls) {
        calls += block->rows();
    }
    rows_since_checkpoint_ += calls < kGroupRows ? calls : 0;
    CheckpointIfDue();
    return {};
}

void Committer::CheckpointIfDue() {
    if (rows_since_checkpoint_ < kCheckpointRows && FileBytes(log_) < kCheckpointBytes &&
        commits_since_checkpoint_ < kCheckpointCommits) {
        return;
    }
    Status status = Execute(connection_, "CHECKPOINT");
    for (int tries = 1; !status.Ok() && tries < kCheckpointTries; ++tries) {
        // A transaction that somebody began to read in before our last one ended is in its way.
        std::this_thread::sleep_for(kCheckpointRetry);
        status = Execute(connection_, "CHECKPOINT");
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

Status Committer::Write(
    const StagedRows& rows,
    const Batch& positions,
    const std::vector<Uuid>& replaced
) {
    const auto run = [&](const std::string& text, std::vector<Bound> values) -> Status {
        SG_ASSIGN_OR_RETURN(
            const Rows done,
            Run(connection_, {text, std::move(values)}, NoDeadline())
        );
        return {};
    };
    const auto bring_in = [&](const std::string& table, const std::string& from) -> Status {
        if (!replaced.empty()) {
            SG_TRY(
                run("DELETE FROM " + table +
                        " WHERE call_id IN (SELECT unnest($1)) AND call_id IN "
                        "(SELECT call_id FROM " +
                        from + ")",
                    {replaced})
            );
        }
        return run("INSERT INTO " + table + " BY NAME SELECT * FROM " + from, {});
    };
    if (!rows.calls.empty()) {
        SG_TRY(bring_in("calls", StagedCallsSql(rows)));
    }
    if (!rows.contents.empty()) {
        SG_TRY(bring_in("contents", StagedContentsSql(rows)));
    }
    SG_TRY(run("UPDATE commits SET number = $1", {rows.commit}));
    return WritePositions(positions);
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
