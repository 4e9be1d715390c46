// Running totals by who called: for the metric names of other products, whose boards are by key and
// team. Counted only where somebody asked for them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/money.h"
#include "call/call.h"
#include "live/distributions.h"

namespace sightglass::live {

/// Upper bounds in seconds. Source: LiteLLM's documentation of its Prometheus metrics, 2026-05.
inline constexpr std::array kCallerTimeBounds = {
    0.005, 0.00625, 0.0125, 0.025, 0.05, 0.1, 0.5, 1.0,  1.5,  2.0,  2.5,  3.0,
    3.5,   4.0,     4.5,    5.0,   5.5,  6.0, 6.5, 7.0,  7.5,  8.0,  8.5,  9.0,
    9.5,   10.0,    15.0,   20.0,  25.0, 30., 60., 120., 180., 240., 300.0};

/// What a caller's series is about. An unknown value is empty.
/// Thread-safety: plain value.
struct CallerLabels {
    std::string provider;
    std::string upstream;
    std::string operation;
    std::string endpoint;
    std::string organization;
    std::string project;
    std::string api_key;
    std::string api_key_label;
    std::string team;
    std::string service;
    std::string environment;
    std::string model_requested;
    std::string model;
    std::string http_status;
    std::string error_type;
};

/// One label set's totals.
/// Thread-safety: plain value.
struct CallerSeries {
    using Times = Histogram<kCallerTimeBounds.size()>;

    CallerLabels labels;
    std::uint64_t calls = 0;
    std::uint64_t input_tokens = 0;  ///< Of every kind, cached ones included.
    std::uint64_t cached_input_tokens = 0;
    std::uint64_t output_tokens = 0;
    Money cost;
    Times latency;
    Times provider_time;
    Times first_token;
    Times overhead;
};

/// Thread-safety: one thread at a time.
class CallerTotals {
public:
    /// Beyond so many label sets, calls count towards one whose labels all are "other".
    static constexpr std::size_t kSeriesMax = 2'000;

    void Add(const Call& call);

    std::vector<CallerSeries> Copy() const;

private:
    CallerSeries& Find(const Call& call);

    std::string key_;  // Of the call that is looked up; kept, so that nothing is allocated.
    std::unordered_map<std::string, CallerSeries> by_labels_;
};

}  // namespace sightglass::live
