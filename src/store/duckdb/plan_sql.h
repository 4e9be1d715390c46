// Questions as SQL. The text consists of constants and of names from the catalogue; every value is
// bound.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions.
#pragma once

#include "base/result.h"
#include "store/duckdb/expressions.h"
#include "store/duckdb/handle.h"
#include "store/store.h"

namespace sightglass::store {

/// The names of those that the program knows, with commas between.
std::string ColumnList(const std::vector<const Field*>& columns);

/// Columns in the order of ColumnsOf(plan); the time, where there is one, as BIGINT µs since 1970.
Sql SelectSql(const Plan& plan, const Sources& sources);

/// Columns: bucket start in µs since 1970, number of the logarithmic bucket, calls.
Sql DistributionSql(const DistributionPlan& plan, const Sources& sources);

/// The lowest and the highest id of a text that contents of these calls refer to, whatever text is asked for.
Sql TextRangeSql(const CallQuery& query, const Sources& sources);

/// Columns: every one of `columns` that the program knows, in that order. No columns: the ids.
Sql ListSql(
    const CallQuery& query,
    const std::vector<const Field*>& columns,
    const Sources& sources
);

/// The same columns of everything in `calls`, which stands behind FROM, in a list's order.
Sql AllSql(const std::string& calls, const std::vector<const Field*>& columns);

/// The ids of such calls.
Sql RelatedSql(const RelatedQuery& query, const Sources& sources);

/// The columns of the calls with these ids that started in the query's time.
Sql FindAllSql(
    std::vector<Uuid> call_ids,
    const RelatedQuery& query,
    const std::vector<const Field*>& columns,
    const Sources& sources
);

/// The same columns of one call.
Sql FindSql(const Uuid& call_id, const std::vector<const Field*>& columns, const Sources& sources);

}  // namespace sightglass::store
