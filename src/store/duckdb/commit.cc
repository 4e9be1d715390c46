#include "store/duckdb/commit.h"

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/log.h"
#include "store/duckdb/schema.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

/// Pointers to the items, each call_id once, with the last item of that id.
template <typename T>
std::vector<const T*> LatestOf(const std::vector<T>& items) {
    std::unordered_map<Uuid, std::size_t> place;
    place.reserve(items.size());
    std::vector<const T*> latest;
    latest.reserve(items.size());
    for (const T& item : items) {
        const auto [at, is_new] = place.try_emplace(item.call_id, latest.size());
        if (is_new) {
            latest.push_back(&item);
        } else {
            latest[at->second] = &item;
        }
    }
    return latest;
}

/// Removes the rows that the items replace, if there can be any.
template <typename T>
Status RemoveOld(
    duckdb_connection connection,
    std::string_view table,
    std::span<const T* const> items,
    IdMemory& memory
) {
    std::vector<Uuid> perhaps_stored;
    for (const T* item : items) {
        if (memory.MayHold(item->call_id)) {
            perhaps_stored.push_back(item->call_id);
        }
    }
    for (const T* item : items) {
        memory.Add(item->call_id
        );  // Kept even if the transaction fails: a false yes costs a look, nothing else.
    }
    if (perhaps_stored.empty()) {
        return {};
    }
    const std::string text =
        "DELETE FROM " + std::string(table) + " WHERE call_id IN (SELECT unnest($1))";
    SG_ASSIGN_OR_RETURN(
        const Rows rows,
        Run(connection, {text, {std::move(perhaps_stored)}}, NoDeadline())
    );
    return {};
}

/// Appends `count` rows in chunks; `fill` writes rows [from, from + size) into a chunk.
using Fill = std::function<void(duckdb_data_chunk chunk, std::size_t from, std::size_t size)>;

Status
Append(duckdb_connection connection, const char* table, std::size_t count, const Fill& fill) {
    AppenderHandle appender;
    const auto appender_error = [&] {
        return ToError(DUCKDB_ERROR_INVALID, duckdb_appender_error(appender.get()));
    };
    if (duckdb_appender_create(connection, nullptr, table, appender.Out()) == DuckDBError) {
        return appender_error();
    }
    std::vector<LogicalTypeHandle> types;
    std::vector<duckdb_logical_type> raw_types;
    for (idx_t i = 0; i < duckdb_appender_column_count(appender.get()); ++i) {
        types.emplace_back(duckdb_appender_column_type(appender.get(), i));
        raw_types.push_back(types.back().get());
    }
    const ChunkHandle chunk(duckdb_create_data_chunk(raw_types.data(), raw_types.size()));
    const std::size_t size_max = duckdb_vector_size();
    for (std::size_t from = 0; from < count; from += size_max) {
        const std::size_t size = std::min(size_max, count - from);
        duckdb_data_chunk_reset(chunk.get());
        fill(chunk.get(), from, size);
        duckdb_data_chunk_set_size(chunk.get(), size);
        if (duckdb_append_data_chunk(appender.get(), chunk.get()) == DuckDBError) {
            return appender_error();
        }
    }
    return duckdb_appender_close(appender.get()) == DuckDBError ? Status(appender_error())
                                                                : Status();
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

Result<Committer> Committer::Make(duckdb_connection connection, const Path& file) {
    SG_ASSIGN_OR_RETURN(const std::optional<Uuid> newest_call, NewestId(connection, "calls"));
    SG_ASSIGN_OR_RETURN(const std::optional<Uuid> newest_content, NewestId(connection, "contents"));
    Path log = file;
    log += ".wal";
    Committer
        committer(connection, std::move(log), IdMemory(newest_call), IdMemory(newest_content));
    // How many rows an earlier process left in the log is not known: enough, then.
    committer.rows_since_checkpoint_ = FileBytes(committer.log_) > 0 ? kCheckpointRows : 0;
    SG_ASSIGN_OR_RETURN(committer.columns_, CallColumns(connection));
    SG_ASSIGN_OR_RETURN(committer.positions_, ReadPositions(connection, NoDeadline()));
    return committer;
}

Status Committer::Commit(const Batch& batch) {
    SG_TRY(Execute(connection_, "BEGIN"));
    Status status = Write(batch);
    if (status.Ok()) {
        status = Execute(connection_, "COMMIT");
    }
    if (!status.Ok()) {
        // Fails where the transaction has ended already; that is as good.
        static_cast<void>(Execute(connection_, "ROLLBACK"));
        return status;
    }
    for (const auto& [segment, position] : batch.positions) {
        positions_[segment] = position;
    }
    for (const std::uint64_t segment : batch.forgotten_segments) {
        positions_.erase(segment);
    }
    rows_since_checkpoint_ += batch.calls.size();
    CheckpointIfDue();
    return {};
}

void Committer::CheckpointIfDue() {
    if (rows_since_checkpoint_ < kCheckpointRows && FileBytes(log_) < kCheckpointBytes) {
        return;
    }
    rows_since_checkpoint_ = 0;
    if (const Status status = Execute(connection_, "CHECKPOINT"); !status.Ok()) {
        // What was committed is safe in the log, which goes on growing until a checkpoint succeeds.
        Log(LogLevel::kWarn, "store", "checkpoint failed: " + status.error().message);
    }
}

Status Committer::Write(const Batch& batch) {
    if (!batch.calls.empty()) {
        const std::vector<const Call*> calls = LatestOf(batch.calls);
        SG_TRY(RemoveOld<Call>(connection_, "calls", calls, call_ids_));
        SG_TRY(WriteCalls(calls));
    }
    if (!batch.contents.empty()) {
        const std::vector<const Content*> contents = LatestOf(batch.contents);
        SG_TRY(RemoveOld<Content>(connection_, "contents", contents, content_ids_));
        SG_TRY(WriteContents(contents));
    }
    return WritePositions(batch);
}

Status Committer::WriteCalls(std::span<const Call* const> calls) {
    return Append(
        connection_,
        "calls",
        calls.size(),
        [&](duckdb_data_chunk chunk, std::size_t from, std::size_t size) {
            for (idx_t column = 0; column < columns_.size(); ++column) {
                WriteColumn(
                    duckdb_data_chunk_get_vector(chunk, column),
                    columns_[column],
                    calls.subspan(from, size)
                );
            }
        }
    );
}

Status Committer::WriteContents(std::span<const Content* const> contents) {
    return Append(
        connection_,
        "contents",
        contents.size(),
        [&](duckdb_data_chunk chunk, std::size_t from, std::size_t size) {
            store::WriteContents(chunk, contents.subspan(from, size));
        }
    );
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
