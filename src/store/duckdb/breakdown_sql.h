// A breakdown as one statement: a slice of Calls for each side, aggregated once by all groupings
// (GROUPING SETS), and of each the groups that are kept.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions, over rows of one thread.
#pragma once

#include <vector>

#include "store/breakdown.h"
#include "store/duckdb/expressions.h"
#include "store/duckdb/handle.h"

namespace sightglass::store {

Sql BreakdownSql(const BreakdownPlan& plan, const Sources& sources);

/// The statement's rows as answers, one for each grouping.
std::vector<Breakdown> ReadBreakdowns(Rows& rows, const BreakdownPlan& plan);

}  // namespace sightglass::store
