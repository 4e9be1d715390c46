// One moment by two clocks. Money goes by days and months of UTC. A minute is measured by a clock
// that nobody sets: a wall clock that steps back would hold what was taken for as long as it
// stepped, and one that steps forward would give it back at once.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace sightglass::access {

constexpr std::int64_t SecondOf(Time time) noexcept {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// Thread-safety: plain value.
struct Moment {
    Time wall = {};
    std::int64_t second = 0;  ///< Of the steady clock, whose beginning means nothing.

    static Moment Now(const Clock& clock) noexcept {
        using std::chrono::floor;
        using std::chrono::seconds;
        const auto steady = std::chrono::steady_clock::now().time_since_epoch();
        return {clock.Now(), floor<seconds>(steady).count()};
    }

    /// The steady second of a wall time, as far as the wall clock has run evenly since; never later
    /// than this moment.
    constexpr std::int64_t SecondOfPast(Time when) const noexcept {
        return second - std::max<std::int64_t>(0, SecondOf(wall) - SecondOf(when));
    }
};

}  // namespace sightglass::access
