// Leaves a target alone that fails again and again, and lets one call find out whether it has come back. It is told how
// calls ended; it sends nothing itself. A breaker decides where calls go, not whether: where all targets are open, one is
// tried all the same.
//
//   closed → open: `failures` in a row, or `failure_percent` of at least `calls_min` calls in ten seconds.
//   open → half open: after `open`, one probe at a time. It succeeds: closed. It fails: open, twice as long.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "capture/gateway/upstream_settings.h"

namespace sightglass::capture {

/// Shared by all workers.
/// Thread-safety: safe for concurrent use; relaxed atomics, no lock. Races between workers cost a call more or less before it
/// opens, nothing else.
class CircuitBreaker {
public:
    enum class State : std::uint8_t { kClosed, kOpen, kHalfOpen };

    /// How a call came to be sent.
    enum class Entry : std::uint8_t {
        kNormal,
        kProbe,   ///< The one call that finds out.
        kForced,  ///< Open, but there was nobody else.
    };

    /// kHalfOpen: the next call may be a probe. Times are µs of the steady clock.
    State Look(std::int64_t now_us) const noexcept;

    /// True for the one caller that may be the probe now.
    bool TakeProbe(std::int64_t now_us) noexcept;

    void Succeeded(Entry entry, std::int64_t now_us) noexcept;
    void Failed(Entry entry, std::int64_t now_us, const BreakerSettings& settings) noexcept;
    /// The call ended without telling anything about the target.
    void Abandoned(Entry entry) noexcept;

private:
    void Open(std::int64_t now_us, std::int64_t for_us) noexcept;
    void Close() noexcept;
    std::uint64_t Count(std::int64_t now_us, bool failed) noexcept;

    std::atomic<std::int64_t> open_until_us_{0};   ///< 0: closed.
    std::atomic<std::int64_t> open_for_us_{0};     ///< How long it was opened last.
    std::atomic<std::int64_t> probe_until_us_{0};  ///< A probe is under way until then; 0: none.
    std::atomic<std::uint32_t> failures_in_row_{0};
    std::atomic<std::uint64_t> window_{0};  ///< Its number, its calls, its failures.
};

/// "closed", "open", "half_open"
std::string_view ToString(CircuitBreaker::State state) noexcept;

}  // namespace sightglass::capture
