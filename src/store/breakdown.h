// Two sets of Calls side by side, in groups: where a sum has changed, or what some Calls have that
// others lack. One question for many groupings, so that an engine can answer all of them from one
// look at the Calls; of each grouping only the groups that matter come back.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/feedback_reference.h"
#include "store/store.h"

namespace sightglass::store {

/// What Calls are told apart by beside fields and tags.
enum class Band : std::uint8_t {
    kNone,
    kQuantity,   ///< The band of kBandEdges that `of.quantity` lies in: its lower edge.
    kHourOfDay,  ///< 0 to 23, UTC.
};

/// Lower edges of bands of tokens, rising; the first band is what lies below the second edge.
std::span<const std::int64_t> BandEdges() noexcept;

/// The last edge that is not above the value.
std::int64_t BandOf(std::int64_t value) noexcept;

struct GroupBy {
    Filter of;  ///< Only dimension, tag and quantity are used.
    Band band = Band::kNone;
};

/// Calls of a time, half-open, that meet the filters.
struct Side {
    Time from;
    Time to;
    std::vector<Filter> filters;
};

struct BreakdownPlan {
    std::vector<Side> sides;  ///< One or two.
    std::vector<const Metric*>
        measures;  ///< What adds up: aggregates kCount, kSum, kKnown, kFeedback, as whole numbers.
    std::vector<std::vector<GroupBy>> groupings;  ///< Of each, none (all Calls), one or two.
    std::vector<double> weights;  ///< One for each measure of the first side, then of the second.
    std::size_t groups_max = 50;  ///< Of each grouping: those whose weighted sum is the farthest
                                  ///< from 0; of equal ones, the first by their keys (pairs name
                                  ///< them in the order in which the groupings before do).
};

struct BreakdownGroup {
    std::vector<Cell> key;
    std::vector<OptionalInt> values;  ///< As `weights`; a sum is null where no Call knows its part.
};

/// The answer for one grouping.
struct Breakdown {
    std::vector<BreakdownGroup> groups;  ///< In order of their weighted sums, the farthest first.
    std::int64_t groups_in_all = 0;
};

/// kInvalidArgument where the plan asks for what the above does not allow.
Status CheckPlan(const BreakdownPlan& plan);

/// The sum that ranks a group.
double WeightOf(const BreakdownPlan& plan, const BreakdownGroup& group);

/// Answers from the given Calls: what it means.
std::vector<Breakdown> BreakdownFrom(
    const std::vector<const Call*>& calls,
    const FeedbackByCall& feedback,
    const BreakdownPlan& plan
);

}  // namespace sightglass::store
