// Running totals since the process began: what Prometheus scrapes. Bounded, whatever clients put
// into labels.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/money.h"
#include "base/time.h"
#include "call/call.h"

namespace sightglass::live {

// Upper bounds of histogram buckets, in seconds, as OpenTelemetry's GenAI conventions advise; a
// last bucket takes the rest.
inline constexpr std::array kDurationBounds =
    {0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
inline constexpr std::array kFirstTokenBounds =
    {0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0};
inline constexpr std::array kTokenTimeBounds =
    {0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5};
inline constexpr std::array kOverheadBounds =
    {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1};

// Tokens of one call, by powers of four.
inline constexpr std::array kTokenCountBounds = {
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262144.0,
    1048576.0,
    4194304.0,
    16777216.0,
    67108864.0};

/// Counts by bucket (not cumulative), and the sum of what was counted: seconds, or tokens.
template <std::size_t kBounds>
struct Histogram {
    std::array<std::uint64_t, kBounds + 1> counts{};
    std::uint64_t count = 0;
    double sum = 0;

    /// Counts a duration in seconds. Ignores an unknown one.
    void Observe(const std::array<double, kBounds>& bounds, const OptionalInt& duration_us);

    /// Counts a number as it is. Ignores an unknown one.
    void ObserveNumber(const std::array<double, kBounds>& bounds, const OptionalInt& number);

private:
    void Count(const std::array<double, kBounds>& bounds, double value);
};

/// What a series is about. An unknown value is empty.
struct Labels {
    std::string provider;
    std::string upstream;
    std::string operation;
    std::string model;
    std::string service;
    std::string team;
    std::string status;
    std::string error_type;

    friend bool operator==(const Labels&, const Labels&) = default;
};

/// One label set's totals.
struct Series {
    Labels labels;
    std::uint64_t calls = 0;
    std::uint64_t input_tokens = 0;  ///< Of every kind, cached and cache writes included.
    std::uint64_t cached_input_tokens = 0;
    std::uint64_t cache_write_tokens = 0;
    std::uint64_t output_tokens = 0;  ///< Reasoning included.
    std::uint64_t reasoning_tokens = 0;
    Money cost;
    Histogram<kDurationBounds.size()> latency;
    Histogram<kFirstTokenBounds.size()> first_token;
    Histogram<kTokenTimeBounds.size()> token_time;
    Histogram<kOverheadBounds.size()> overhead;
    Histogram<kTokenCountBounds.size()> input_size;
    Histogram<kTokenCountBounds.size()> output_size;
};

/// Calls and tokens of the last minute, by five seconds.
/// Thread-safety: plain value.
class RecentUse {
public:
    struct Rate {
        std::int64_t requests = 0;
        std::int64_t tokens = 0;
    };

    void Add(Time at, std::int64_t tokens) noexcept;

    /// What was added within the minute before `now`.
    Rate LastMinute(Time now) const noexcept;

private:
    static constexpr Duration kStep = std::chrono::seconds(5);
    static constexpr std::int64_t kSteps = 12;

    struct Step {
        std::int64_t number = 0;
        Rate use;
    };

    std::array<Step, kSteps> steps_{};
};

/// What a provider last said about its limits.
struct Headroom {
    std::string provider;
    std::string organization;
    std::string model;
    std::string api_key;       ///< Empty where the target has a key of its own.
    std::string upstream_key;  ///< That one.
    Time at;
    OptionalInt limit_requests;
    OptionalInt remaining_requests;
    OptionalInt limit_tokens;
    OptionalInt remaining_tokens;
    OptionalInt reset_requests_us;  ///< From `at` on.
    OptionalInt reset_tokens_us;
    RecentUse use;
};

struct TotalsSnapshot {
    std::vector<Series> series;
    std::vector<Headroom> headroom;
};

/// Thread-safety: safe for concurrent use.
class RunningTotals {
public:
    static constexpr std::size_t kSeriesMax = 2'000;
    static constexpr std::size_t kHeadroomMax = 1'000;

    RunningTotals();
    ~RunningTotals();

    /// Beyond kSeriesMax label sets, calls count towards one whose labels all are "other"; of
    /// headroom, the one that was heard of longest ago goes.
    void Add(std::span<const Call> calls);

    TotalsSnapshot Snapshot() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sightglass::live
