// How long calls took and how large they were, by bucket, since the process began: the histograms of
// /metrics. A histogram has many lines, so that they have fewer label sets than counters (series.h).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "base/uuid.h"
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
/// Thread-safety: plain value.
template <std::size_t kBounds>
struct Histogram {
    std::array<std::uint64_t, kBounds + 1> counts{};
    std::uint64_t count = 0;
    double sum = 0;

    /// Counts the value, and returns its bucket.
    std::size_t Count(const std::array<double, kBounds>& bounds, double value) {
        const auto* const bound = std::lower_bound(bounds.begin(), bounds.end(), value);
        const auto bucket = static_cast<std::size_t>(bound - bounds.begin());
        ++counts[bucket];
        ++count;
        sum += value;
        return bucket;
    }
};

/// A call that stands for those of its bucket: one can go from a figure to what is behind it.
/// Thread-safety: plain value.
struct Exemplar {
    Uuid call_id;
    std::string trace_id;  ///< Empty where there is none.
    double value = 0;
    Time at;  ///< Time{}: there is no call yet.
};

/// The last call of each bucket.
template <std::size_t kBounds>
using Exemplars = std::array<Exemplar, kBounds + 1>;

/// What a distribution is about. An unknown value is empty.
/// Thread-safety: plain value.
struct DistributionLabels {
    std::string provider;
    std::string operation;
    std::string model_requested;
    std::string model;
    std::string service;
    std::string team;
    std::string error_type;
};

/// One label set's histograms.
/// Thread-safety: plain value.
struct Distribution {
    DistributionLabels labels;
    Histogram<kDurationBounds.size()> latency;
    Histogram<kDurationBounds.size()> provider_time;
    Histogram<kDurationBounds.size()> first_chunk;  ///< first_token in other buckets.
    Histogram<kFirstTokenBounds.size()> first_token;
    Histogram<kTokenTimeBounds.size()> token_time;
    Histogram<kTokenCountBounds.size()> input_size;
    Histogram<kTokenCountBounds.size()> output_size;
    Exemplars<kDurationBounds.size()> latency_exemplars;
    Exemplars<kFirstTokenBounds.size()> first_token_exemplars;
};

/// What the gateway added to the calls to one upstream.
/// Thread-safety: plain value.
struct OverheadDistribution {
    std::string upstream;
    Histogram<kOverheadBounds.size()> overhead;
};

/// Thread-safety: one thread at a time.
class Distributions {
public:
    /// Beyond so many label sets, calls count towards one whose labels all are "other".
    static constexpr std::size_t kDistributionsMax = 200;
    static constexpr std::size_t kUpstreamsMax = 50;

    void Add(const Call& call);

    std::vector<Distribution> Copy() const;
    std::vector<OverheadDistribution> CopyOverheads() const;

private:
    Distribution& Find(const Call& call);
    OverheadDistribution& FindOverhead(const Call& call);

    std::string key_;  // Of the call that is looked up; kept, so that nothing is allocated.
    std::unordered_map<std::string, Distribution> by_labels_;
    std::unordered_map<std::string, OverheadDistribution> by_upstream_;
};

}  // namespace sightglass::live
