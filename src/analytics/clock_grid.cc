#include "analytics/clock_grid.h"

#include <chrono>

#include "analytics/names.h"
#include "base/text.h"

namespace sightglass::analytics {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::int64_t kOffsetMinutesMax = 14 * 60;
constexpr std::int64_t kOffsetStepMinutes = 15;

std::chrono::sys_days DayOf(Time time, Duration utc_offset) noexcept {
    return std::chrono::floor<days>(time + utc_offset);
}

std::chrono::year_month MonthOf(Time time, Duration utc_offset) noexcept {
    const std::chrono::year_month_day day(DayOf(time, utc_offset));
    return day.year() / day.month();
}

Time StartOf(std::chrono::year_month month, Duration utc_offset) noexcept {
    return Time(std::chrono::sys_days(month / 1)) - utc_offset;
}

}  // namespace

Result<Duration> ParseUtcOffset(std::string_view text) {
    if (text.empty()) {
        return Duration(0);
    }
    const auto offset = ParseInt(text);
    if (!offset || *offset > kOffsetMinutesMax || *offset < -kOffsetMinutesMax ||
        *offset % kOffsetStepMinutes != 0) {
        return Refuse(
            "utc_offset_minutes",
            Quote(text) + " is not a multiple of 15 from -840 to 840"
        );
    }
    return Duration(minutes(*offset));
}

Time DayStart(Time time, Duration utc_offset) noexcept {
    return Time(DayOf(time, utc_offset)) - utc_offset;
}

Time MonthStart(Time time, Duration utc_offset) noexcept {
    return StartOf(MonthOf(time, utc_offset), utc_offset);
}

Time NextMonthStart(Time time, Duration utc_offset) noexcept {
    return StartOf(MonthOf(time, utc_offset) + std::chrono::months(1), utc_offset);
}

int WeekdayOf(Time time, Duration utc_offset) noexcept {
    const std::chrono::weekday day(DayOf(time, utc_offset));
    return static_cast<int>(day.iso_encoding()) - 1;
}

int HourOf(Time time, Duration utc_offset) noexcept {
    return static_cast<int>((time - DayStart(time, utc_offset)) / hours(1));
}

Duration BucketWithinHours(Duration utc_offset) noexcept {
    for (const Duration width : {Duration(hours(1)), Duration(minutes(30))}) {
        if (utc_offset % width == Duration(0)) {
            return width;
        }
    }
    return minutes(kOffsetStepMinutes);
}

}  // namespace sightglass::analytics
