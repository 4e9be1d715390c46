// What the receiver has done, counted by its threads.
#pragma once

#include <atomic>
#include <cstdint>

#include "capture/otlp/otlp.h"

namespace sightglass::capture {

/// Thread-safety: safe for concurrent use.
struct OtlpCounters {
    using Count = std::atomic<std::uint64_t>;

    Count requests = 0;
    Count refused_requests = 0;
    Count postponed_requests = 0;
    Count calls = 0;
    Count run_spans = 0;
    Count other_spans = 0;
    Count rejected_spans = 0;
    Count repaired_spans = 0;
    Count malformed_attributes = 0;
    Count log_records = 0;
    Count data_points = 0;
    Count feedback = 0;
    Count connections = 0;
};

inline void Add(OtlpCounters::Count& count, std::uint64_t n) noexcept {
    count.fetch_add(n, std::memory_order_relaxed);
}

/// Memory that requests under way hold, all threads together.
/// Thread-safety: safe for concurrent use.
class MemoryBudget {
public:
    explicit MemoryBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    /// False where there is no more: then nothing was taken.
    bool TryTake(std::size_t bytes) noexcept {
        if (taken_.fetch_add(bytes, std::memory_order_relaxed) + bytes > bytes_max_) {
            Give(bytes);
            return false;
        }
        return true;
    }

    void Give(std::size_t bytes) noexcept { taken_.fetch_sub(bytes, std::memory_order_relaxed); }

private:
    const std::size_t bytes_max_;
    std::atomic<std::size_t> taken_ = 0;
};

/// What one request holds of a budget; gives it back when it goes.
/// Thread-safety: one thread at a time.
class MemoryShare {
public:
    explicit MemoryShare(MemoryBudget& budget) : budget_(budget) {}

    ~MemoryShare() { Release(); }

    MemoryShare(const MemoryShare&) = delete;
    MemoryShare& operator=(const MemoryShare&) = delete;

    /// Grows the share to at least `bytes`, in steps.
    bool GrowTo(std::size_t bytes) noexcept {
        if (bytes <= held_) {
            return true;
        }
        const std::size_t more = (bytes - held_ + kStep - 1) / kStep * kStep;
        if (!budget_.TryTake(more)) {
            return false;
        }
        held_ += more;
        return true;
    }

    void Release() noexcept {
        budget_.Give(held_);
        held_ = 0;
    }

private:
    static constexpr std::size_t kStep = 64U << 10;

    MemoryBudget& budget_;
    std::size_t held_ = 0;
};

}  // namespace sightglass::capture
