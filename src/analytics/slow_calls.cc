#include "analytics/slow_calls.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "analytics/filter_text.h"
#include "analytics/names.h"
#include "analytics/time_range.h"
#include "base/text.h"
#include "store/breakdown.h"

namespace sightglass::analytics {
namespace {

struct DurationName {
    std::string_view metric;
    Quantity quantity;
    std::string_view prefix;  ///< Of its quantiles in the catalogue.
};

constexpr std::array<DurationName, 3> kDurations = {
    {{"latency_ms", Quantity::kLatencyUs, "latency"},
     {"ttft_ms", Quantity::kTtftUs, "ttft"},
     {"tpot_ms", Quantity::kTpotUs, "tpot"}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kQuantiles = {
    {{"0.5", "p50"}, {"0.9", "p90"}, {"0.95", "p95"}, {"0.99", "p99"}}};

constexpr std::array<std::string_view, 18> kUsualDimensions = {
    "model",
    "upstream",
    "service",
    "provider",
    "organization",
    "operation",
    "input_tokens",
    "output_tokens",
    "hour",
    "user",
    "api_key_label",
    "environment",
    "stream",
    "service_tier",
    "cache_hit",
    "finish_reason",
    "status",
    "sdk"};

constexpr std::size_t kGroupsMax = 60;
constexpr double kUsPerMs = 1'000;
constexpr double kRounding =
    1e-3;  ///< Of a quantile, which is a quotient: less than a microsecond.
constexpr double kAtLeastMsMax = 1e9;
constexpr double kZOf95Percent = 1.959963984540054;

Result<const DurationName*>
FindDuration(const std::string& text, std::vector<std::string_view>* allowed) {
    std::vector<std::string_view> names;
    for (const DurationName& duration : kDurations) {
        if (text.empty() || text == duration.metric) {
            return &duration;
        }
        names.push_back(duration.metric);
    }
    return UnknownName("metric", "a duration", text, names, allowed);
}

Status TakeThreshold(SlowQuestion& question, const SlowText& text, const DurationName& duration) {
    if (!text.at_least_ms.empty()) {
        const std::optional<double> at_least_ms = ParseDouble(text.at_least_ms);
        if (!at_least_ms || !(*at_least_ms > 0) || *at_least_ms > kAtLeastMsMax) {
            return Refuse(
                "at_least_ms",
                Quote(text.at_least_ms) + " is not a number of milliseconds above 0"
            );
        }
        question.at_least_us = std::max<std::int64_t>(std::llround(*at_least_ms * kUsPerMs), 1);
        return {};
    }
    for (const auto& [number, name] : kQuantiles) {
        if (number == (text.quantile.empty() ? "0.95" : std::string_view(text.quantile))) {
            const std::string metric =
                std::string(duration.prefix) + "_" + std::string(name) + "_ms";
            question.quantile = FindMetric(metric);
            return {};
        }
    }
    return Refuse("quantile", Quote(text.quantile) + " is not one of 0.5, 0.9, 0.95, 0.99");
}

Metric KnownOf(Quantity quantity) {
    return {
        .name = "known",
        .unit = "calls",
        .aggregate = Aggregate::kKnown,
        .quantity = quantity,
        .integer = true};
}

/// The quantile of the calls themselves; nothing where there are none.
Result<OptionalInt> AskThreshold(const SlowQuestion& question, const store::Store& store) {
    if (question.at_least_us) {
        return question.at_least_us;
    }
    store::Plan plan;
    plan.from = question.side.from;
    plan.to = question.side.to;
    plan.filters = question.side.filters;
    plan.metrics = {question.quantile};
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    const auto* const value = std::get_if<double>(&table.rows.front().front());
    if (value == nullptr) {
        return OptionalInt();
    }
    return OptionalInt(std::max<std::int64_t>(
        std::llround(std::ceil(*value * question.quantile->divisor - kRounding)),
        1
    ));
}

SlowGroup GroupFrom(const Grouping& by, const store::BreakdownGroup& found, const SlowCalls& all) {
    SlowGroup group;
    group.value = ValueOf(by, found.key.front());
    group.filter = FilterOf(by, found.key.front());
    group.calls = found.values[0].value_or(0);
    group.slow_calls = found.values[1].value_or(0);
    group.slow_share = static_cast<double>(group.slow_calls) / static_cast<double>(group.calls);
    group.support = all.slow_calls == 0 ? 0
                                        : static_cast<double>(group.slow_calls) /
                                              static_cast<double>(all.slow_calls);
    group.lift = LiftOf(
        group.slow_calls,
        group.calls,
        all.slow_calls - group.slow_calls,
        all.calls - group.calls
    );
    if (group.lift) {
        const auto slow = static_cast<double>(group.slow_calls);
        group.excess = slow - slow / group.lift->value;
        group.excess_low = slow - slow / group.lift->low;
    }
    return group;
}

store::BreakdownPlan PlanOf(const SlowQuestion& question, const std::array<Metric, 2>& measures) {
    store::BreakdownPlan plan;
    plan.sides = {question.side};
    plan.measures = {&measures[0], &measures[1]};
    plan.weights = {0, 0};
    plan.groupings = {{}};
    plan.groups_max = kGroupsMax;
    return plan;
}

void Collect(
    const SlowQuestion& question,
    const std::vector<store::Breakdown>& found,
    SlowCalls& answer
) {
    for (std::size_t i = 0; i < found.size(); ++i) {
        for (const store::BreakdownGroup& group : found[i].groups) {
            if (group.values[0].value_or(0) > 0) {
                answer.groups.push_back(GroupFrom(question.dimensions[i], group, answer));
            }
        }
    }
    // Those that are slower than the others and the others' lack of them.
    std::erase_if(answer.groups, [](const SlowGroup& group) {
        return !group.lift || group.lift->value <= 1;
    });
    std::stable_sort(
        answer.groups.begin(),
        answer.groups.end(),
        [](const SlowGroup& a, const SlowGroup& b) { return a.excess_low > b.excess_low; }
    );
    answer.groups.resize(std::min(answer.groups.size(), question.limit));
}

Result<SlowCalls> Find(const SlowQuestion& question, const store::Store& store) {
    SlowCalls answer;
    SG_ASSIGN_OR_RETURN(const OptionalInt at_least_us, AskThreshold(question, store));
    if (!at_least_us) {
        return answer;
    }
    answer.threshold_ms = static_cast<double>(*at_least_us) / kUsPerMs;
    std::array<Metric, 2> measures = {KnownOf(question.quantity), KnownOf(question.quantity)};
    measures[1].at_least = *at_least_us;
    store::BreakdownPlan plan = PlanOf(question, measures);
    SG_ASSIGN_OR_RETURN(const auto totals, store.BreakDown(plan));
    answer.calls = totals.front().groups.front().values[0].value_or(0);
    answer.slow_calls = totals.front().groups.front().values[1].value_or(0);
    if (answer.slow_calls == 0) {
        return answer;
    }
    // Slow calls more than at the share of all: what is kept is what may tell.
    plan.weights = {-static_cast<double>(answer.slow_calls) / static_cast<double>(answer.calls), 1};
    plan.groupings.clear();
    for (const Grouping& grouping : question.dimensions) {
        plan.groupings.push_back({grouping.by});
    }
    SG_ASSIGN_OR_RETURN(const auto found, store.BreakDown(plan));
    Collect(question, found, answer);
    return answer;
}

}  // namespace

Result<SlowQuestion>
ParseSlow(const SlowText& text, Time now, std::vector<std::string_view>* allowed) {
    SlowQuestion question;
    SG_ASSIGN_OR_RETURN(const DurationName* duration, FindDuration(text.metric, allowed));
    question.metric = duration->metric;
    question.quantity = duration->quantity;
    SG_TRY(TakeThreshold(question, text, *duration));
    SG_ASSIGN_OR_RETURN(const TimeRange range, ParseTimeRange(text.from, text.to, now));
    SG_ASSIGN_OR_RETURN(auto filters, ParseFilters(text.filters, {}, allowed));
    question.side = {range.from, range.to, std::move(filters)};
    SG_ASSIGN_OR_RETURN(
        question.dimensions,
        ParseGroupings(text.dimensions, kUsualDimensions, true, allowed)
    );
    const std::int64_t limit = text.limit.value_or(kDefaultSlowGroups);
    if (limit < 1 || limit > kSlowGroupsMax) {
        return Refuse(
            "limit",
            std::to_string(limit) + " is not from 1 to " + std::to_string(kSlowGroupsMax)
        );
    }
    question.limit = static_cast<std::size_t>(limit);
    return question;
}

std::optional<Lift>
LiftOf(std::int64_t with, std::int64_t all_with, std::int64_t without, std::int64_t all_without) {
    if (all_with <= 0 || all_without <= 0) {
        return std::nullopt;
    }
    const double added = with == 0 || without == 0 ? 0.5 : 0;
    const double a = static_cast<double>(with) + added;
    const double b = static_cast<double>(without) + added;
    const double n = static_cast<double>(all_with) + added;
    const double m = static_cast<double>(all_without) + added;
    const double lift = (a / n) / (b / m);
    const double width = kZOf95Percent * std::sqrt(1 / a - 1 / n + 1 / b - 1 / m);
    return Lift{lift, lift * std::exp(-width), lift * std::exp(width)};
}

Result<SlowCalls> FindSlow(const SlowQuestion& question, const store::Store& store) {
    const auto start = std::chrono::steady_clock::now();
    Result<SlowCalls> answer = Find(question, store);
    if (answer.Ok()) {
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        answer->took_ms = took.count();
    }
    return answer;
}

}  // namespace sightglass::analytics
