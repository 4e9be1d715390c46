// Time in Sightglass: UTC, microseconds. Clocks are passed in, so that tests decide what time it
// is.
//
// Thread-safety: values and pure functions; Clock implementations are safe for concurrent use.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sightglass {

using Duration = std::chrono::microseconds;

/// A point in time, UTC, µs since 1970-01-01.
using Time = std::chrono::sys_time<Duration>;

constexpr Time TimeFromMicros(std::int64_t us) noexcept {
    return Time(Duration(us));
}

constexpr std::int64_t ToMicros(Time time) noexcept {
    return time.time_since_epoch().count();
}

/// Source of the current time. One is handed to everything that asks what time it is.
class Clock {
public:
    virtual ~Clock() = default;

    /// Wall-clock time, UTC.
    virtual Time Now() const noexcept = 0;

    /// The machine's clock.
    static const Clock& System() noexcept;
};

/// "2026-11-22T01:37:44.123456Z"; the fraction is left out where it is zero. Source: RFC 3339.
std::string FormatTime(Time time);

/// Reads RFC 3339 (any offset), unix seconds ("1763775464", with or without fraction), or a time
/// relative to `now`: "now", "-24h", "-15m", "-7d", "-30s", "-2w".
Result<Time> ParseTime(std::string_view text, Time now);

/// Reads "250ms", "30s", "5m", "1h", "7d", "1w", "1h30m", "10us". Never negative.
Result<Duration> ParseDuration(std::string_view text);

/// The shortest text that ParseDuration reads back: "90s", "1h", "250ms".
std::string FormatDuration(Duration duration);

}  // namespace sightglass
