// A metric as what adds up: a sum, or one sum over another. What cannot be written so (quantiles,
// distinct counts, sessions) is told from it.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "call/catalogue.h"
#include "store/breakdown.h"

namespace sightglass::analytics {

enum class MetricKind : std::uint8_t {
    kSum,       ///< calls, cost_usd, tokens_per_min
    kRatio,     ///< error_rate, cost_per_call_usd, latency_avg_ms
    kQuantile,  ///< latency_p95_ms: as the share of calls at or above a threshold
    kOther,     ///< latency_max_ms, users, session_turns_p50
};

/// "sum", "ratio", "quantile", "other".
const char* ToString(MetricKind kind) noexcept;

/// What a metric is worked out from: of each group of calls, how many there are, the sum on top, and
/// the one below (of a ratio) or the tokens (of what has factors).
/// Thread-safety: plain value.
struct MetricParts {
    enum Measure : std::uint8_t { kCalls, kTop, kBelow };

    MetricKind kind = MetricKind::kOther;
    bool per_minute = false;  ///< Of kSum: over the minutes of its time.
    bool has_tokens = false;  ///< Of kSum: the third measure is total_tokens.
    double scale = 1;         ///< Top (over below), times this, is the metric.
    std::size_t count = 1;    ///< Of `measures`, in the order of Measure.
    std::array<Metric, 3> measures{};

    /// Pointers into this object.
    std::vector<const Metric*> Measures() const;
};

/// `at_least`, in the quantity's own unit, matters for kQuantile alone.
MetricParts PartsOf(const Metric& metric, std::int64_t at_least = 0);

/// The kind alone.
MetricKind KindOf(const Metric& metric);

}  // namespace sightglass::analytics
