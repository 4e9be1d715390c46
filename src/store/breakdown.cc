#include "store/breakdown.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "store/matching.h"
#include "store/reference.h"

namespace sightglass::store {
namespace {

constexpr std::array<std::int64_t, 13> kBandEdges =
    {0, 100, 200, 500, 1'000, 2'000, 5'000, 10'000, 20'000, 50'000, 100'000, 200'000, 500'000};

constexpr std::size_t kSidesMax = 2;
constexpr std::size_t kKeysMax = 2;

using Calls = std::vector<const Call*>;

Cell KeyOf(const GroupBy& by, const Call& call) {
    switch (by.band) {
        case Band::kNone:
            break;
        case Band::kQuantity: {
            const OptionalInt value = Evaluate(by.of.quantity, call);
            return value ? Cell(BandOf(*value)) : Cell();
        }
        case Band::kHourOfDay: {
            const Time day = std::chrono::floor<std::chrono::days>(*call.started_at);
            return Cell(std::chrono::floor<std::chrono::hours>(*call.started_at - day).count());
        }
    }
    return GroupValue(by.of, call);
}

/// Evaluate a side's measures over some of its Calls.
std::vector<OptionalInt> ValuesOf(
    const Calls& calls,
    const FeedbackByCall& feedback,
    const BreakdownPlan& plan,
    const Side& side
) {
    Plan of_all;
    of_all.from = side.from;
    of_all.to = side.to;
    of_all.metrics = plan.measures;
    std::vector<OptionalInt> values;
    const Table table = SelectFrom(calls, feedback, of_all);
    for (const Cell& cell : table.rows.front()) {
        const auto* const value = std::get_if<std::int64_t>(&cell);
        values.push_back(value != nullptr ? OptionalInt(*value) : std::nullopt);
    }
    return values;
}

bool IsIn(const Side& side, const Call& call) {
    return call.started_at && *call.started_at >= side.from && *call.started_at < side.to &&
           MatchesAll(side.filters, call);
}

using SidesOfGroup = std::array<Calls, kSidesMax>;

std::map<std::vector<Cell>, SidesOfGroup>
Grouped(const Calls& calls, const BreakdownPlan& plan, const std::vector<GroupBy>& grouping) {
    std::map<std::vector<Cell>, SidesOfGroup> groups;
    if (grouping.empty()) {
        groups[{}];  // All Calls are one group, also where there are none.
    }
    for (std::size_t side = 0; side < plan.sides.size(); ++side) {
        for (const Call* call : calls) {
            if (!IsIn(plan.sides[side], *call)) {
                continue;
            }
            std::vector<Cell> key;
            key.reserve(grouping.size());
            for (const GroupBy& by : grouping) {
                key.push_back(KeyOf(by, *call));
            }
            groups[std::move(key)][side].push_back(call);
        }
    }
    return groups;
}

/// Whether `a` comes first: unknown keys are last, as in answers of a Plan.
bool KeyComesFirst(const std::vector<Cell>& a, const std::vector<Cell>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        const bool a_unknown = std::holds_alternative<std::monostate>(a[i]);
        const bool b_unknown = std::holds_alternative<std::monostate>(b[i]);
        if (a_unknown != b_unknown) {
            return b_unknown;
        }
        if (a[i] != b[i]) {
            return a[i] < b[i];
        }
    }
    return false;
}

Breakdown Kept(std::vector<BreakdownGroup> groups, const BreakdownPlan& plan) {
    const auto comes_first = [&plan](const BreakdownGroup& a, const BreakdownGroup& b) {
        const double weight_a = std::abs(WeightOf(plan, a));
        const double weight_b = std::abs(WeightOf(plan, b));
        return weight_a != weight_b ? weight_a > weight_b : KeyComesFirst(a.key, b.key);
    };
    std::sort(groups.begin(), groups.end(), comes_first);
    Breakdown breakdown;
    breakdown.groups_in_all = static_cast<std::int64_t>(groups.size());
    groups.resize(std::min(groups.size(), plan.groups_max));
    breakdown.groups = std::move(groups);
    return breakdown;
}

bool AddsUp(const Metric& metric) {
    return metric.integer &&
           (metric.aggregate == Aggregate::kCount || metric.aggregate == Aggregate::kSum ||
            metric.aggregate == Aggregate::kKnown || metric.aggregate == Aggregate::kFeedback);
}

}  // namespace

Result<std::vector<Breakdown>> Store::BreakDown(const BreakdownPlan& /*plan*/) const {
    return Error{ErrorCode::kUnavailable, "this store does not break down"};
}

std::span<const std::int64_t> BandEdges() noexcept {
    return kBandEdges;
}

std::int64_t BandOf(std::int64_t value) noexcept {
    const auto* const above = std::upper_bound(kBandEdges.begin(), kBandEdges.end(), value);
    return above == kBandEdges.begin() ? kBandEdges.front() : *(above - 1);
}

Status CheckPlan(const BreakdownPlan& plan) {
    const auto wrong = [](const char* what) {
        return Error{ErrorCode::kInvalidArgument, std::string("breakdown: ") + what};
    };
    if (plan.sides.empty() || plan.sides.size() > kSidesMax) {
        return wrong("one or two sides are needed");
    }
    if (plan.measures.empty() ||
        !std::all_of(plan.measures.begin(), plan.measures.end(), [](const Metric* metric) {
            return AddsUp(*metric);
        })) {
        return wrong("measures must be whole numbers that add up, and one at least");
    }
    if (plan.weights.size() != plan.sides.size() * plan.measures.size()) {
        return wrong("one weight a measure and side is needed");
    }
    for (const std::vector<GroupBy>& grouping : plan.groupings) {
        if (grouping.size() > kKeysMax) {
            return wrong("at most two dimensions at once");
        }
    }
    return {};
}

double WeightOf(const BreakdownPlan& plan, const BreakdownGroup& group) {
    double sum = 0;
    for (std::size_t i = 0; i < plan.weights.size(); ++i) {
        sum += plan.weights[i] * static_cast<double>(group.values[i].value_or(0));
    }
    return sum;
}

std::vector<Breakdown> BreakdownFrom(
    const std::vector<const Call*>& calls,
    const FeedbackByCall& feedback,
    const BreakdownPlan& plan
) {
    std::vector<Breakdown> breakdowns;
    for (const std::vector<GroupBy>& grouping : plan.groupings) {
        std::vector<BreakdownGroup> groups;
        for (const auto& [key, sides] : Grouped(calls, plan, grouping)) {
            BreakdownGroup group{key, {}};
            for (std::size_t side = 0; side < plan.sides.size(); ++side) {
                const std::vector<OptionalInt> values =
                    ValuesOf(sides[side], feedback, plan, plan.sides[side]);
                group.values.insert(group.values.end(), values.begin(), values.end());
            }
            groups.push_back(std::move(group));
        }
        breakdowns.push_back(Kept(std::move(groups), plan));
    }
    return breakdowns;
}

}  // namespace sightglass::store
