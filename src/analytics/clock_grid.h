// Days and hours of a clock that is some minutes ahead of UTC. No time zones: who asks says how far
// the clock is ahead, and it is for the whole range.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sightglass::analytics {

/// "", "0", "-300", "330": minutes, a multiple of 15 from -840 to 840. kInvalidArgument otherwise.
Result<Duration> ParseUtcOffset(std::string_view text);

/// When the day began that `time` is in.
Time DayStart(Time time, Duration utc_offset) noexcept;

/// When the month began that `time` is in, and when the next one does.
Time MonthStart(Time time, Duration utc_offset) noexcept;
Time NextMonthStart(Time time, Duration utc_offset) noexcept;

/// 0 is Monday, 6 Sunday.
int WeekdayOf(Time time, Duration utc_offset) noexcept;

/// 0 to 23.
int HourOf(Time time, Duration utc_offset) noexcept;

/// The widest bucket of a question whose buckets are within one hour of that clock each.
Duration BucketWithinHours(Duration utc_offset) noexcept;

}  // namespace sightglass::analytics
