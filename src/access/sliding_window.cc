#include "access/sliding_window.h"

#include <algorithm>

namespace sightglass::access {
namespace {

constexpr unsigned kCountBits = 40;
constexpr std::uint64_t kCountMax = (std::uint64_t{1} << kCountBits) - 1;

std::uint64_t TagOf(std::int64_t second) noexcept {
    return static_cast<std::uint64_t>(second) << kCountBits;
}

std::uint64_t TagIn(std::uint64_t bucket) noexcept {
    return bucket & ~kCountMax;
}

std::int64_t CountIn(std::uint64_t bucket) noexcept {
    return static_cast<std::int64_t>(bucket & kCountMax);
}

/// Whether a bucket's second comes after another one; tags go round after 194 days.
bool IsLater(std::uint64_t tag, std::uint64_t than) noexcept {
    return static_cast<std::int64_t>(tag - than) > 0;
}

std::uint64_t Bucket(std::uint64_t tag, std::int64_t count) noexcept {
    const auto most = static_cast<std::int64_t>(kCountMax);
    return tag | static_cast<std::uint64_t>(std::clamp<std::int64_t>(count, 0, most));
}

}  // namespace

/// The latest second known. Whoever moves it on gives back what has grown too old.
std::int64_t SlidingWindow::Advance(std::int64_t second) noexcept {
    std::int64_t newest = newest_.load(std::memory_order_acquire);
    while (second > newest) {
        if (!newest_.compare_exchange_weak(newest, second, std::memory_order_acq_rel)) {
            continue;
        }
        const std::int64_t last = std::min(newest, second - kSeconds - 1);
        for (std::int64_t old = newest - kSeconds; old <= last; ++old) {
            Expire(old);
        }
        return second;
    }
    return newest;
}

void SlidingWindow::Expire(std::int64_t second) noexcept {
    std::atomic<std::uint64_t>& bucket = BucketOf(second);
    const std::uint64_t tag = TagOf(second);
    std::uint64_t seen = bucket.load(std::memory_order_acquire);
    while (TagIn(seen) == tag && CountIn(seen) > 0) {
        if (bucket.compare_exchange_weak(seen, tag, std::memory_order_acq_rel)) {
            used_.fetch_sub(CountIn(seen), std::memory_order_acq_rel);
            return;
        }
    }
}

/// Puts what `used_` holds already into a bucket.
void SlidingWindow::AddTo(std::int64_t second, std::int64_t amount) noexcept {
    std::atomic<std::uint64_t>& bucket = BucketOf(second);
    const std::uint64_t tag = TagOf(second);
    std::uint64_t seen = bucket.load(std::memory_order_acquire);
    while (true) {
        const bool other = TagIn(seen) != tag;
        // A later second took the bucket while this thread slept: count there, it ends the same way.
        const bool overtaken = other && CountIn(seen) > 0 && IsLater(TagIn(seen), tag);
        const std::int64_t before = other && !overtaken ? 0 : CountIn(seen);
        const std::uint64_t next = Bucket(overtaken ? TagIn(seen) : tag, before + amount);
        if (!bucket.compare_exchange_weak(seen, next, std::memory_order_acq_rel)) {
            continue;
        }
        if (other && !overtaken && CountIn(seen) > 0) {
            used_.fetch_sub(CountIn(seen), std::memory_order_acq_rel);
        }
        break;
    }
    if (newest_.load(std::memory_order_acquire) - second > kSeconds) {
        Expire(second);
    }
}

std::int64_t
SlidingWindow::TryTake(std::int64_t second, std::int64_t amount, std::int64_t limit) noexcept {
    const std::int64_t now = Advance(second);
    std::int64_t used = used_.load(std::memory_order_acquire);
    do {
        if (amount > limit - used) {
            return -1;
        }
    } while (!used_.compare_exchange_weak(used, used + amount, std::memory_order_acq_rel));
    AddTo(now, amount);
    return now;
}

void SlidingWindow::Correct(std::int64_t second, std::int64_t by) noexcept {
    std::atomic<std::uint64_t>& bucket = BucketOf(second);
    const std::uint64_t tag = TagOf(second);
    std::uint64_t seen = bucket.load(std::memory_order_acquire);
    while (TagIn(seen) == tag && newest_.load(std::memory_order_acquire) - second <= kSeconds) {
        const std::uint64_t next = Bucket(tag, CountIn(seen) + by);
        if (bucket.compare_exchange_weak(seen, next, std::memory_order_acq_rel)) {
            used_.fetch_add(CountIn(next) - CountIn(seen), std::memory_order_acq_rel);
            return;
        }
    }
}

void SlidingWindow::Remember(std::int64_t now, std::int64_t second, std::int64_t amount) noexcept {
    const std::int64_t newest = Advance(now);
    if (second <= newest && newest - second <= kSeconds) {
        used_.fetch_add(amount, std::memory_order_acq_rel);
        AddTo(second, amount);
    }
}

std::int64_t SlidingWindow::Used(std::int64_t now) noexcept {
    Advance(now);
    return used_.load(std::memory_order_acquire);
}

std::int64_t SlidingWindow::SecondsUntil(std::int64_t now, std::int64_t amount, std::int64_t limit)
    const noexcept {
    std::int64_t missing = used_.load(std::memory_order_acquire) + amount - limit;
    for (std::int64_t second = now - kSeconds; second <= now && missing > 0; ++second) {
        const std::uint64_t bucket =
            buckets_[static_cast<std::uint64_t>(second) % kBuckets].load(std::memory_order_acquire);
        missing -= TagIn(bucket) == TagOf(second) ? CountIn(bucket) : 0;
        if (missing <= 0) {
            return second + kSeconds + 1 - now;
        }
    }
    return missing > 0 ? kSeconds + 1 : 1;
}

}  // namespace sightglass::access
