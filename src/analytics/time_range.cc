#include "analytics/time_range.h"

#include <array>
#include <string>

#include "analytics/names.h"

namespace sightglass::analytics {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kDefaultSpan = hours(24);
constexpr std::int64_t kAutoBucketsMax = 120;
constexpr Duration kWidestBucket = hours(24 * 36'525);
constexpr Duration kWeek = hours(24 * 7);

constexpr std::array<Duration, 19> kRoundWidths = {
    seconds(1),
    seconds(5),
    seconds(10),
    seconds(15),
    seconds(30),
    minutes(1),
    minutes(2),
    minutes(5),
    minutes(10),
    minutes(15),
    minutes(30),
    hours(1),
    hours(2),
    hours(3),
    hours(6),
    hours(12),
    hours(24),
    hours(72),
    kWeek};

// Far enough for every question, and near enough that no arithmetic on times can overflow.
constexpr Time kEarliest = std::chrono::sys_days(std::chrono::year(1900) / 1 / 1);
constexpr Time kLatest = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);

Result<Time> ParseEnd(std::string_view parameter, std::string_view text, Time otherwise, Time now) {
    if (text.empty()) {
        return otherwise;
    }
    Result<Time> time = ParseTime(text, now);
    if (time.Ok() && (*time < kEarliest || *time > kLatest)) {
        return Refuse(parameter, Quote(text) + " is not between the years 1900 and 9999");
    }
    return time.Ok() ? time : Result<Time>(std::move(time).error().In(parameter));
}

std::int64_t BucketsIn(const TimeRange& range, Duration width) {
    const Duration span = range.to - range.from;
    return span / width + (span % width == Duration(0) ? 0 : 1);
}

}  // namespace

Result<TimeRange> ParseTimeRange(std::string_view from, std::string_view to, Time now) {
    TimeRange range;
    SG_ASSIGN_OR_RETURN(range.to, ParseEnd("to", to, now, now));
    SG_ASSIGN_OR_RETURN(range.from, ParseEnd("from", from, now - kDefaultSpan, now));
    if (range.from >= range.to) {
        return Refuse(
            "from",
            FormatTime(range.from) + " is not before to, " + FormatTime(range.to)
        );
    }
    return range;
}

Result<std::optional<Duration>> ParseInterval(std::string_view text, const TimeRange& range) {
    if (text.empty()) {
        return std::optional<Duration>();
    }
    if (text == "auto") {
        return std::optional(ChooseInterval(range));
    }
    Result<Duration> width = ParseDuration(text);
    if (!width.Ok()) {
        return Refuse(
            "interval",
            Quote(text) +
                " is not a width; allowed: auto, or a duration such as 30s, 5m, 1h, 1d, 1w"
        );
    }
    if (width->count() <= 0 || *width > kWidestBucket) {
        return Refuse(
            "interval",
            Quote(text) + " is not longer than nothing and at most 100 years"
        );
    }
    if (BucketsIn(range, *width) > kBucketsMax) {
        return Refuse(
            "interval",
            Quote(text) + " cuts the time from " + FormatTime(range.from) + " to " +
                FormatTime(range.to) + " into more than " + std::to_string(kBucketsMax) +
                " buckets; use " + FormatDuration(ChooseInterval(range)) + " or auto"
        );
    }
    return std::optional(*width);
}

Duration ChooseInterval(const TimeRange& range) noexcept {
    for (const Duration width : kRoundWidths) {
        if (BucketsIn(range, width) <= kAutoBucketsMax) {
            return width;
        }
    }
    return BucketsIn(range, kAutoBucketsMax * kWeek) * kWeek;
}

}  // namespace sightglass::analytics
