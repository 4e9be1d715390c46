// Rows of answers as what they stand for.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions, over rows and a connection of one thread.
#pragma once

#include <vector>

#include "store/duckdb/expressions.h"
#include "store/duckdb/handle.h"
#include "store/store.h"

namespace sightglass::store {

/// An answer's rows as cells. `time_columns` of the first columns are µs since 1970.
std::vector<std::vector<Cell>> ReadTable(Rows& rows, idx_t columns, idx_t time_columns);

/// Rows of those of `columns` that the program knows, in that order.
std::vector<Call> ReadCalls(Rows& rows, const std::vector<const Field*>& columns);

/// The first column.
std::vector<Uuid> ReadIds(Rows& rows);

/// The same sources, with only those texts that the query has to look through.
Result<Sources> NarrowTexts(
    duckdb_connection connection,
    const CallQuery& query,
    Sources sources,
    SteadyTime deadline
);

/// All but the size.
Result<StoreStats>
ReadStats(duckdb_connection connection, const Sources& sources, SteadyTime deadline);

/// When the youngest span of the file began.
Result<OptionalTime> ReadNewestSpan(duckdb_connection connection);

}  // namespace sightglass::store
