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

/// The same columns as SelectSql. Rows of rollups that later sums than `sums` wrote are left out.
Sql RollupSql(
    const Plan& plan,
    const RollupSet& set,
    std::span<const Piece> pieces,
    std::uint64_t sums,
    const Sources& sources
);

}  // namespace sightglass::store
