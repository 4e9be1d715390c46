// What users did on which days, and what follows from that alone: who is active, who stays, who is
// in which segment.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analytics/segments.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

/// Days since 1970-01-01, UTC.
using Day = std::int64_t;

Day DayOf(Time time) noexcept;
Time StartOf(Day day) noexcept;

/// What is looked at: 26 weeks. Segments look at the last two of these windows.
inline constexpr Day kHistoryDays = 182;
inline constexpr Day kSegmentDays = 28;

/// Of the newest days, so many lines of users and days are read.
inline constexpr std::size_t kUserDayRowsMax = 500'000;

struct UserDay {
    Day day = 0;
    std::int64_t calls = 0;
    std::int64_t errors = 0;
    double cost_usd = 0;  ///< Of the calls that have a price.
};

struct UserHistory {
    std::vector<UserDay> days;  ///< Ascending, those with calls alone.
    bool seen_before = false;   ///< There are calls before the history.
};

struct UserDays {
    Day first = 0;  ///< The history: from here ...
    Day last = 0;   ///< ... to here, both included.
    std::map<std::string, UserHistory> users;
    bool truncated = false;  ///< There was more than kUserDayRowsMax: the oldest days are missing.
};

/// The history that ends with `to`, of calls that meet the filters and have a user.
Result<UserDays>
ReadUserDays(const std::vector<store::Filter>& filters, Time to, const store::Store& store);

/// The same of calls that started in [from, to).
Result<UserDays> ReadUserDays(
    const std::vector<store::Filter>& filters,
    Time from,
    Time to,
    const store::Store& store
);

/// By user. Who has no call in the history is not in it.
std::map<std::string, UserMeasures> MeasureUsers(const UserDays& days);

/// Of one who has no call in the history but some before it.
UserMeasures MeasuresOfTheGone();

/// How many users had a call on the day, in the 7 days that end with it, and in the 28.
struct ActiveUsers {
    Day day = 0;
    std::int64_t on_day = 0;
    std::int64_t in_week = 0;
    std::int64_t in_month = 0;
};

inline constexpr Day kActiveDaysShown = 91;

/// The last kActiveDaysShown days, the oldest first.
std::vector<ActiveUsers> CountActive(const UserDays& days);

/// Users whose first call was in one week, and how many of them had one in each week from then on.
struct Cohort {
    Day week = 0;  ///< Its Monday.
    std::int64_t users = 0;
    std::vector<std::int64_t> active;  ///< In this week, the next, ..., the present one.
};

inline constexpr Day kCohortWeeks = 12;

/// The oldest first. Users who were there before the history are in none.
std::vector<Cohort> FindCohorts(const UserDays& days);

}  // namespace sightglass::analytics
