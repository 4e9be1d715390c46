// Which part of a question's time is read from which rollup, and which from calls: the coarsest
// whole buckets that hold what the calls say, and calls for what is left at the edges and between.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions, over a connection of one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "store/duckdb/handle.h"
#include "store/duckdb/rollup_sets.h"
#include "store/store.h"

namespace sightglass::store {

/// What the file says of buckets, by grain: their starts, µs since 1970.
struct RollupState {
    std::uint64_t sums = 0;
    std::int64_t summed_calls = 0;  ///< In the plan's time, and about as many.
    std::set<std::int64_t> unsummed[2];
    std::set<std::int64_t> with_rest[2];

    /// Hours of calls that the file does not hold yet.
    std::set<std::int64_t> staged_hours;
};

struct Piece {
    std::optional<Grain> grain;  ///< Nothing: calls.
    Time from;
    Time to;
};

/// The first set that holds all parts and all dimensions that the plan asks for; null for none.
const RollupSet* FindRollup(const Plan& plan);

/// What the file says of the plan's time. Within the transaction that then asks the question.
Result<RollupState> ReadRollupState(
    duckdb_connection connection,
    const Plan& plan,
    const RollupSet& set,
    SteadyTime deadline
);

/// The plan's time, cut up, in order. Empty where all of it is best read from calls.
std::vector<Piece> CutTime(const Plan& plan, const RollupSet& set, const RollupState& state);

/// Where the answer comes from, for who asks.
Provenance ProvenanceOf(const RollupSet& set, std::span<const Piece> pieces);

}  // namespace sightglass::store
