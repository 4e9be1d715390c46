// How much was taken within the last minute, counted by seconds: exact against its limit, shared by
// all workers without a lock. docs/decisions/0005-limits-count-by-seconds.md says why it is so.
//
// What is taken within second S is given back when second S + 61 begins: in no 60 seconds,
// wherever they begin, is more taken than the limit. The price is that a unit comes back after 60
// to 61 seconds.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace sightglass::access {

/// Thread-safety: safe for concurrent use, wait-free but for retries of compare-and-swap.
class SlidingWindow {
public:
    static constexpr std::int64_t kSeconds = 60;

    /// Takes `amount` in `second` (of unix time), if the limit then still holds; all or nothing.
    /// The second it counts in, or -1 where nothing was taken.
    std::int64_t TryTake(std::int64_t second, std::int64_t amount, std::int64_t limit) noexcept;

    /// Adds to what was taken in `second`, or gives back, as far as that second still counts.
    void Correct(std::int64_t second, std::int64_t by) noexcept;

    /// Counts what was taken in an earlier run, whatever the limit.
    void Remember(std::int64_t now, std::int64_t second, std::int64_t amount) noexcept;

    std::int64_t Used(std::int64_t now) noexcept;

    /// Seconds until `amount` fits under the limit, if nothing else is taken: 1 to 61.
    std::int64_t SecondsUntil(std::int64_t now, std::int64_t amount, std::int64_t limit)
        const noexcept;

private:
    // A bucket holds its second's low 24 bits above a count of 40 bits, so that both change at once.
    static constexpr std::size_t kBuckets = 64;

    std::int64_t Advance(std::int64_t second) noexcept;
    void Expire(std::int64_t second) noexcept;
    void AddTo(std::int64_t second, std::int64_t amount) noexcept;

    std::atomic<std::uint64_t>& BucketOf(std::int64_t second) noexcept {
        return buckets_[static_cast<std::uint64_t>(second) % kBuckets];
    }

    std::atomic<std::int64_t> newest_{0};  ///< The latest second that anybody has seen.
    std::atomic<std::int64_t> used_{0};    ///< Never less than the sum of the live buckets.
    std::array<std::atomic<std::uint64_t>, kBuckets> buckets_{};
};

}  // namespace sightglass::access
