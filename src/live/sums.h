// What calls of a while add up to, and the metrics that can be told from it.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "call/call.h"
#include "call/catalogue.h"
#include "sketch/log_histogram.h"

namespace sightglass::live {

/// Sums over calls. What no call knew is told apart from zero.
/// Thread-safety: plain value.
struct Sums {
    std::uint32_t calls = 0;
    std::uint32_t errors = 0;
    std::uint32_t rate_limited = 0;
    std::uint32_t repaired = 0;
    std::uint32_t unpriced = 0;
    std::uint32_t latencies = 0;     ///< Calls whose latency is known.
    std::uint32_t first_tokens = 0;  ///< Calls whose time to first token is known.
    std::uint32_t known = 0;         ///< Bits by Quantity, of the sums below.
    std::int64_t cost_nano_usd = 0;
    std::int64_t input_tokens = 0;
    std::int64_t cached_input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t reasoning_tokens = 0;
    std::int64_t latency_us = 0;
    std::int64_t ttft_us = 0;

    void Add(const Call& call) noexcept;
    void Merge(const Sums& other) noexcept;
};

/// Sums, and how durations spread: what a group's metric is computed of.
/// Thread-safety: plain value.
struct WindowTotals {
    Sums sums;
    sketch::LogHistogram latency;  ///< In microseconds.
    sketch::LogHistogram ttft;
};

/// Which histogram a metric needs.
enum class Spread : std::uint8_t { kNone, kLatency, kTtft };
Spread SpreadOf(const Metric& metric) noexcept;

/// Whether ValueOf can tell the metric: counts, sums, ratios and rates of what Sums has, and latency
/// and time to first token.
bool IsLiveMetric(const Metric& metric) noexcept;

/// The metric over `window`; null where the store would say null.
/// Precondition: IsLiveMetric.
std::optional<double> ValueOf(const Metric& metric, const WindowTotals& totals, Duration window);

}  // namespace sightglass::live
