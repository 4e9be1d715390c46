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
#include "live/caller_totals.h"
#include "live/distributions.h"

namespace sightglass::live {

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
    std::vector<Distribution> distributions;
    std::vector<OverheadDistribution> overheads;
    std::vector<Headroom> headroom;
    std::vector<CallerSeries> callers;  ///< Where they are counted.
};

/// Thread-safety: safe for concurrent use.
class RunningTotals {
public:
    static constexpr std::size_t kSeriesMax = 2'000;
    static constexpr std::size_t kHeadroomMax = 1'000;

    RunningTotals();
    ~RunningTotals();

    /// From now on by who called as well (caller_totals.h). Before the first Add.
    void CountCallers();

    /// Beyond kSeriesMax label sets, calls count towards one whose labels all are "other"; of
    /// headroom, the one that was heard of longest ago goes.
    void Add(std::span<const Call> calls);

    TotalsSnapshot Snapshot() const;

    /// What providers said of their limits, alone.
    std::vector<Headroom> Headrooms() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sightglass::live
