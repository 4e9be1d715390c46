#include "capture/gateway/circuit_breaker.h"

#include <algorithm>

namespace sightglass::capture {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::int64_t kWindowUs = 10'000'000;

// window_: number (24 bits), calls (20 bits), failures (20 bits).
constexpr unsigned kCountBits = 20;
constexpr std::uint64_t kCountMax = (std::uint64_t{1} << kCountBits) - 1;

std::uint64_t WindowNumber(std::int64_t now_us) noexcept {
    return static_cast<std::uint64_t>(now_us / kWindowUs) & 0xffffffU;
}

std::uint64_t CallsIn(std::uint64_t window) noexcept {
    return (window >> kCountBits) & kCountMax;
}

std::uint64_t FailuresIn(std::uint64_t window) noexcept {
    return window & kCountMax;
}

}  // namespace

CircuitBreaker::State CircuitBreaker::Look(std::int64_t now_us) const noexcept {
    const std::int64_t until = open_until_us_.load(kRelaxed);
    if (until == 0) {
        return State::kClosed;
    }
    const bool probing = now_us < probe_until_us_.load(kRelaxed);
    return now_us < until || probing ? State::kOpen : State::kHalfOpen;
}

bool CircuitBreaker::TakeProbe(std::int64_t now_us) noexcept {
    std::int64_t probe = probe_until_us_.load(kRelaxed);
    // A probe that hangs does not keep others from trying for longer than the target was left alone.
    const std::int64_t until = now_us + open_for_us_.load(kRelaxed);
    return now_us >= probe && probe_until_us_.compare_exchange_strong(probe, until, kRelaxed);
}

void CircuitBreaker::Succeeded(Entry entry, std::int64_t now_us) noexcept {
    if (entry != Entry::kNormal) {
        Close();
        return;
    }
    if (failures_in_row_.load(kRelaxed) != 0) {
        failures_in_row_.store(0, kRelaxed);
    }
    Count(now_us, false);
}

void CircuitBreaker::Failed(
    Entry entry,
    std::int64_t now_us,
    const BreakerSettings& settings
) noexcept {
    if (settings.failures <= 0 || entry == Entry::kForced) {
        return;
    }
    if (entry == Entry::kProbe) {
        const std::int64_t longer = open_for_us_.load(kRelaxed) * 2;
        Open(now_us, std::min<std::int64_t>(longer, settings.open_max.count()));
        return;
    }
    const std::uint32_t in_row = failures_in_row_.fetch_add(1, kRelaxed) + 1;
    const std::uint64_t window = Count(now_us, true);
    const bool too_many =
        CallsIn(window) >= static_cast<std::uint64_t>(settings.calls_min) &&
        FailuresIn(window) * 100 >=
            CallsIn(window) * static_cast<std::uint64_t>(settings.failure_percent);
    const bool open = open_until_us_.load(kRelaxed) != 0;  // These are calls from before.
    if (!open && (too_many || in_row >= static_cast<std::uint32_t>(settings.failures))) {
        Open(now_us, settings.open.count());
    }
}

void CircuitBreaker::Abandoned(Entry entry) noexcept {
    if (entry == Entry::kProbe) {
        probe_until_us_.store(0, kRelaxed);
    }
}

void CircuitBreaker::Open(std::int64_t now_us, std::int64_t for_us) noexcept {
    open_for_us_.store(for_us, kRelaxed);
    open_until_us_.store(now_us + for_us, kRelaxed);
    probe_until_us_.store(0, kRelaxed);
}

void CircuitBreaker::Close() noexcept {
    failures_in_row_.store(0, kRelaxed);
    window_.store(0, kRelaxed);
    probe_until_us_.store(0, kRelaxed);
    open_until_us_.store(0, kRelaxed);
}

/// Counts one call into the present window; answers it as it is then.
std::uint64_t CircuitBreaker::Count(std::int64_t now_us, bool failed) noexcept {
    const std::uint64_t number = WindowNumber(now_us) << (2 * kCountBits);
    std::uint64_t window = window_.load(kRelaxed);
    std::uint64_t next = 0;
    do {
        next = (window >> (2 * kCountBits)) == WindowNumber(now_us) ? window : number;
        if (CallsIn(next) < kCountMax) {
            next += (std::uint64_t{1} << kCountBits) + (failed ? 1 : 0);
        }
    } while (!window_.compare_exchange_weak(window, next, kRelaxed));
    return next;
}

std::string_view ToString(CircuitBreaker::State state) noexcept {
    switch (state) {
        case CircuitBreaker::State::kOpen:
            return "open";
        case CircuitBreaker::State::kHalfOpen:
            return "half_open";
        case CircuitBreaker::State::kClosed:
            break;
    }
    return "closed";
}

}  // namespace sightglass::capture
