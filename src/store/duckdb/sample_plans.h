// Made-up questions for this folder's tests: the same ones every time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "call/catalogue.h"
#include "store/duckdb/sample_calls.h"
#include "store/store.h"

namespace sightglass::store {

/// A filter on a field by its name, or on "tag:<name>".
inline Filter
MakeFilter(const std::string& name, Comparison comparison, std::vector<std::string> values) {
    Filter filter;
    if (name.rfind("tag:", 0) == 0) {
        filter.tag = name.substr(4);
    } else {
        filter.dimension.field = FindField(name);
    }
    filter.comparison = comparison;
    filter.values = std::move(values);
    return filter;
}

inline std::string WildDimensionName(Samples& samples) {
    if (samples.OneIn(6)) {
        return "tag:t" + std::to_string(samples.Below(3));
    }
    const auto names = DimensionNames();
    return std::string(
        names[static_cast<std::size_t>(samples.Below(static_cast<std::int64_t>(names.size())))]
    );
}

inline Filter WildFilter(Samples& samples) {
    static const std::vector<Comparison> kForText = {
        Comparison::kIs,
        Comparison::kIsNot,
        Comparison::kContains,
        Comparison::kIsNull,
        Comparison::kIsNotNull};
    static const std::vector<std::string> kMeasures =
        {"latency_us", "cost_nano_usd", "output_tokens", "turn", "scenario_confidence"};
    if (samples.OneIn(4)) {
        const Comparison comparison = samples.OneIn(2) ? Comparison::kAtLeast : Comparison::kAtMost;
        return MakeFilter(
            samples.OneOf(kMeasures),
            comparison,
            {std::to_string(samples.Below(samples.OneIn(2) ? 4 : 5'000'000))}
        );
    }
    static const std::vector<std::string> kTexts =
        {"ok", "error", "w0", "w1", "w2", "W1", "true", "2", "chat", "none", "x%"};
    Filter filter =
        MakeFilter(WildDimensionName(samples), samples.OneOf(kForText), {samples.OneOf(kTexts)});
    while (samples.OneIn(2)) {
        filter.values.push_back(samples.OneOf(kTexts));
    }
    if (samples.OneIn(4)) {
        filter.or_else.push_back(WildFilter(samples));
    }
    return filter;
}

/// Up to three conditions of any kind.
inline std::vector<Filter> WildFilters(Samples& samples) {
    std::vector<Filter> filters;
    while (filters.size() < 3 && samples.OneIn(2)) {
        filters.push_back(WildFilter(samples));
    }
    return filters;
}

/// Any question that the catalogue allows about [from, from + span), or a part of it.
inline Plan WildPlan(Samples& samples, Time from, Duration span) {
    static const std::vector<Duration> kIntervals = {
        std::chrono::minutes(1),
        std::chrono::minutes(7),
        std::chrono::hours(1),
        std::chrono::hours(24),
        std::chrono::hours(24 * 7)};
    Plan plan;
    plan.from = from + Duration(samples.OneIn(2) ? 0 : samples.Below(span.count()));
    plan.to = plan.from + Duration(1 + samples.Below(span.count()));
    const auto metrics = Metrics();
    for (std::int64_t i = samples.Below(6); i >= 0; --i) {
        plan.metrics.push_back(
            &metrics[static_cast<std::size_t>(samples.Below(static_cast<std::int64_t>(metrics.size()
            )))]
        );
    }
    static const std::vector<std::string_view> kUnlisted =
        {"estimated", "incomplete", "without_model", "without_tokens", "joined_calls"};
    if (samples.OneIn(3)) {
        plan.metrics.push_back(FindMetric(samples.OneOf(kUnlisted)));
    }
    for (std::int64_t i = samples.Below(4); i > 0; --i) {
        plan.group_by.push_back(MakeFilter(WildDimensionName(samples), Comparison::kIs, {}));
    }
    if (samples.OneIn(2)) {
        plan.interval = samples.OneOf(kIntervals);
    }
    plan.filters = WildFilters(samples);
    return plan;
}

}  // namespace sightglass::store
