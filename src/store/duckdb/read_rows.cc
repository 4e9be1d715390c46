#include "store/duckdb/read_rows.h"

#include <span>
#include <string>
#include <utility>

#include "store/duckdb/plan_sql.h"
#include "store/duckdb/values.h"

namespace sightglass::store {

std::vector<std::vector<Cell>> ReadTable(Rows& rows, idx_t columns, idx_t time_columns) {
    std::vector<std::vector<Cell>> table;
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            std::vector<Cell>& cells = table.emplace_back();
            cells.reserve(columns);
            for (idx_t column = 0; column < columns; ++column) {
                Cell cell = ReadCell(chunk.get(), column, row, rows.TypeOf(column));
                if (column < time_columns && std::holds_alternative<std::int64_t>(cell)) {
                    cell = TimeFromMicros(std::get<std::int64_t>(cell));
                }
                cells.push_back(std::move(cell));
            }
        }
    }
    return table;
}

std::vector<Call> ReadCalls(Rows& rows, const std::vector<const Field*>& columns) {
    std::vector<Call> calls;
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        const std::size_t before = calls.size();
        calls.resize(before + duckdb_data_chunk_get_size(chunk.get()));
        const std::span<Call> added = std::span(calls).subspan(before);
        idx_t column = 0;
        for (const Field* field : columns) {
            if (field != nullptr) {
                ReadColumn(duckdb_data_chunk_get_vector(chunk.get(), column++), *field, added);
            }
        }
    }
    return calls;
}

std::vector<Uuid> ReadIds(Rows& rows) {
    std::vector<Uuid> ids;
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        const auto* const read = static_cast<const duckdb_hugeint*>(
            duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk.get(), 0))
        );
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            ids.push_back(ToUuid(read[row]));
        }
    }
    return ids;
}

Result<Sources> NarrowTexts(
    duckdb_connection connection,
    const CallQuery& query,
    Sources sources,
    SteadyTime deadline
) {
    if (query.text.empty()) {
        return sources;
    }
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection, TextRangeSql(query, sources), deadline));
    const ChunkHandle chunk = rows.Next();
    const auto bound = [&chunk](idx_t column) {
        return std::to_string(
            chunk.get() != nullptr ? ReadInt(chunk.get(), column, 0).value_or(0) : 0
        );
    };
    // Written out: only constants keep groups of rows from being read.
    sources.texts = "(SELECT id, text FROM content.texts WHERE id BETWEEN " + bound(0) + " AND " +
                    bound(1) + ")";
    return sources;
}

Result<StoreStats>
ReadStats(duckdb_connection connection, const Sources& sources, SteadyTime deadline) {
    const Sql sql{
        "SELECT count(*), epoch_us(min(started_at)), epoch_us(max(started_at)) FROM " +
            sources.calls + " AS c",
        {}};
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection, sql, deadline));
    const ChunkHandle chunk = rows.Next();
    StoreStats stats;
    if (chunk.get() != nullptr) {
        const auto time = [&](idx_t column) -> std::optional<Time> {
            const std::optional<std::int64_t> us = ReadInt(chunk.get(), column, 0);
            return us ? std::optional(TimeFromMicros(*us)) : std::nullopt;
        };
        stats.calls = static_cast<std::uint64_t>(ReadInt(chunk.get(), 0, 0).value_or(0));
        stats.oldest = time(1);
        stats.newest = time(2);
    }
    return stats;
}

Result<OptionalTime> ReadNewestSpan(duckdb_connection connection) {
    const Sql sql{"SELECT epoch_us(max(started_at)) FROM spans", {}};
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection, sql, NoDeadline()));
    const ChunkHandle chunk = rows.Next();
    const auto us = chunk.get() != nullptr ? ReadInt(chunk.get(), 0, 0) : std::nullopt;
    return us ? OptionalTime(TimeFromMicros(*us)) : OptionalTime();
}

}  // namespace sightglass::store
