// A question over rollups as one statement: the parts of each piece of its time, added up by the
// key, and the metrics worked out of them.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <span>

#include "store/duckdb/expressions.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/rollup_pieces.h"
#include "store/store.h"

namespace sightglass::store {

/// Where a question is asked: within the transaction that then runs the statement.
struct RollupReader {
    duckdb_connection connection;
    const Sources& sources;
    std::span<const std::int64_t> staged_hours;  ///< Of calls that the file does not hold yet.
    SteadyTime deadline;
};

struct RollupAnswer {
    Sql sql;  ///< The same columns as SelectSql.
    Provenance source;
    std::int64_t
        calls;  ///< About so many need not be read; fewer than none: there is no statement.
};

/// The plan as the set, which FindRollup found for it, answers it.
Result<RollupAnswer>
FromRollups(const Plan& plan, const RollupSet& set, const RollupReader& reader);

}  // namespace sightglass::store
