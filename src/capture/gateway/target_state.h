// What is known of a target and of an upstream while the gateway runs. All workers share it, and it outlives a reload of the
// settings for those that stay.
#pragma once

#include <atomic>
#include <cstdint>

#include "access/limit_series.h"
#include "capture/gateway/circuit_breaker.h"
#include "capture/gateway/headroom.h"
#include "capture/gateway/latency.h"
#include "capture/gateway/retry_policy.h"

namespace sightglass::capture {

/// Thread-safety: safe for concurrent use; relaxed atomics, no lock.
struct TargetState {
    std::atomic<std::int32_t> in_flight{0};
    Latency latency;
    CircuitBreaker breaker;
    HeadroomTable headroom;
    access::LimitSeries limits;  ///< What Target::limits counts.
};

/// Thread-safety: safe for concurrent use; relaxed atomics, no lock.
struct UpstreamState {
    std::atomic<std::uint32_t> turn{0};  ///< Whose turn it is, in round robin.
    RetryBudget budget;
};

}  // namespace sightglass::capture
