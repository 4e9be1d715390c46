// How fast a target answers: a moving average that rises at once and falls slowly.
#pragma once

#include <atomic>
#include <cstdint>

namespace sightglass::capture {

/// Shared by all workers. Times are µs.
/// Thread-safety: safe for concurrent use; a race between two answers loses one of them.
class Latency {
public:
    /// An answer began so long after its request.
    void Add(std::int64_t latency_us, std::int64_t now_us) noexcept;

    /// The average; halved for every ten seconds without an answer, so that a slow target is tried again. 0 where unknown.
    std::int64_t Average(std::int64_t now_us) const noexcept;

private:
    std::atomic<std::int64_t> average_us_{0};
    std::atomic<std::int64_t> updated_us_{0};
};

}  // namespace sightglass::capture
