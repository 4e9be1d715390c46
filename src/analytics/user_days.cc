#include "analytics/user_days.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analytics/user_rows.h"
#include "call/catalogue.h"

namespace sightglass::analytics {
namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;
constexpr Day kWeekDays = 7;
constexpr Day kMondayOffset = 3;  // 1970-01-01 was a Thursday.

/// Rounds towards the past.
std::int64_t FloorDivide(std::int64_t number, std::int64_t by) {
    return number / by - (number % by < 0 ? 1 : 0);
}

Day MondayOf(Day day) {
    return FloorDivide(day + kMondayOffset, kWeekDays) * kWeekDays - kMondayOffset;
}

/// Who had a call before `before`.
Result<std::set<std::string>>
SeenBefore(const std::vector<store::Filter>& filters, Time before, const store::Store& store) {
    std::set<std::string> seen;
    SG_ASSIGN_OR_RETURN(const store::StoreStats stats, store.GetStats());
    if (!stats.oldest || *stats.oldest >= before) {
        return seen;
    }
    store::Plan plan = UserPlan(filters, *stats.oldest, before);
    plan.metrics = {FindMetric("calls")};
    plan.limit = kUserDayRowsMax;
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    for (const auto& row : table.rows) {
        seen.insert(TextOfCell(row[0]));
    }
    return seen;
}

}  // namespace

Day DayOf(Time time) noexcept {
    return FloorDivide(ToMicros(time), kDayUs);
}

Time StartOf(Day day) noexcept {
    return TimeFromMicros(day * kDayUs);
}

Result<UserDays> ReadUserDays(
    const std::vector<store::Filter>& filters,
    Time from,
    Time to,
    const store::Store& store
) {
    UserDays days;
    days.first = DayOf(from);
    days.last = DayOf(to - Duration(1));
    store::Plan plan = UserPlan(filters, from, to);
    plan.metrics = {FindMetric("calls"), FindMetric("errors"), FindMetric("cost_usd")};
    plan.interval = Duration(kDayUs);
    plan.order_by = {{.column = "time", .descending = true}};
    plan.limit = kUserDayRowsMax;
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    days.truncated = table.rows.size() >= kUserDayRowsMax;
    for (const auto& row : table.rows) {
        const auto* const at = std::get_if<Time>(&row[0]);
        if (at != nullptr) {
            days.users[TextOfCell(row[1])].days.push_back(
                {DayOf(*at),
                 CountOfCell(row[2]),
                 CountOfCell(row[3]),
                 NumberOfCell(row[4]).value_or(0)}
            );
        }
    }
    for (auto& [user, history] : days.users) {
        std::sort(history.days.begin(), history.days.end(), [](const auto& a, const auto& b) {
            return a.day < b.day;
        });
    }
    SG_ASSIGN_OR_RETURN(const std::set<std::string> seen, SeenBefore(filters, from, store));
    for (auto& [user, history] : days.users) {
        history.seen_before = seen.contains(user);
    }
    return days;
}

Result<UserDays>
ReadUserDays(const std::vector<store::Filter>& filters, Time to, const store::Store& store) {
    const Day last = DayOf(to - Duration(1));
    return ReadUserDays(filters, StartOf(last - kHistoryDays + 1), to, store);
}

namespace {

UserMeasures MeasureOne(const UserHistory& history, Day last) {
    UserMeasures user;
    user[UserMeasure::kFirstSeenDays] =
        static_cast<double>(history.seen_before ? kHistoryDays : last - history.days.front().day);
    user[UserMeasure::kIdleDays] = static_cast<double>(last - history.days.back().day);
    for (const UserDay& day : history.days) {
        const Day ago = last - day.day;
        if (ago < kSegmentDays) {
            user[UserMeasure::kActiveDays] += 1;
            user[UserMeasure::kCalls] += static_cast<double>(day.calls);
            user[UserMeasure::kErrors] += static_cast<double>(day.errors);
            user[UserMeasure::kCostUsd] += day.cost_usd;
        } else if (ago < 2 * kSegmentDays) {
            user[UserMeasure::kActiveDaysBefore] += 1;
            user[UserMeasure::kCallsBefore] += static_cast<double>(day.calls);
        }
    }
    return user;
}

/// Sets `rank` of all by what they have of `measure`.
void Rank(std::map<std::string, UserMeasures>& users, UserMeasure measure, UserMeasure rank) {
    std::vector<double> active;
    for (const auto& [name, user] : users) {
        if (user[UserMeasure::kActiveDays] > 0) {
            active.push_back(user[measure]);
        }
    }
    std::sort(active.begin(), active.end());
    for (auto& [name, user] : users) {
        const auto more =
            active.end() - std::upper_bound(active.begin(), active.end(), user[measure]);
        user[rank] = user[UserMeasure::kActiveDays] > 0
                         ? static_cast<double>(more) / static_cast<double>(active.size())
                         : 1;
    }
}

}  // namespace

std::map<std::string, UserMeasures> MeasureUsers(const UserDays& days) {
    std::map<std::string, UserMeasures> users;
    for (const auto& [name, history] : days.users) {
        if (!history.days.empty()) {
            users.emplace_hint(users.end(), name, MeasureOne(history, days.last));
        }
    }
    Rank(users, UserMeasure::kCalls, UserMeasure::kCallsRank);
    Rank(users, UserMeasure::kCostUsd, UserMeasure::kCostRank);
    return users;
}

UserMeasures MeasuresOfTheGone() {
    UserMeasures user;
    user[UserMeasure::kFirstSeenDays] = static_cast<double>(kHistoryDays);
    user[UserMeasure::kIdleDays] = static_cast<double>(kHistoryDays);
    user[UserMeasure::kCallsRank] = 1;
    user[UserMeasure::kCostRank] = 1;
    return user;
}

namespace {

/// A day with calls makes its user active until `width` days later, or until the next such day takes over.
void AddActive(
    const UserHistory& history,
    Day width,
    std::int64_t ActiveUsers::*member,
    std::vector<ActiveUsers>& counts
) {
    if (counts.empty()) {
        return;
    }
    const Day begin = counts.front().day;
    Day covered = begin;
    for (const UserDay& day : history.days) {
        const Day end = std::min(day.day + width, counts.back().day + 1);
        for (Day at = std::max(day.day, covered); at < end; ++at) {
            ++(counts[static_cast<std::size_t>(at - begin)].*member);
        }
        covered = std::max(covered, end);
    }
}

}  // namespace

std::vector<ActiveUsers> CountActive(const UserDays& days) {
    const Day shown = std::min(kActiveDaysShown, days.last - days.first + 1);
    const Day begin = days.last - shown + 1;
    std::vector<ActiveUsers> counts(static_cast<std::size_t>(std::max<Day>(shown, 0)));
    for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i].day = begin + static_cast<Day>(i);
    }
    for (const auto& [name, history] : days.users) {
        AddActive(history, 1, &ActiveUsers::on_day, counts);
        AddActive(history, kWeekDays, &ActiveUsers::in_week, counts);
        AddActive(history, kSegmentDays, &ActiveUsers::in_month, counts);
    }
    return counts;
}

std::vector<Cohort> FindCohorts(const UserDays& days) {
    const Day present = MondayOf(days.last);
    std::vector<Cohort> cohorts(static_cast<std::size_t>(kCohortWeeks));
    for (std::size_t i = 0; i < cohorts.size(); ++i) {
        const auto weeks_ago = static_cast<Day>(cohorts.size() - 1 - i);
        cohorts[i].week = present - weeks_ago * kWeekDays;
        cohorts[i].active.resize(static_cast<std::size_t>(weeks_ago) + 1);
    }
    for (const auto& [name, history] : days.users) {
        if (history.seen_before || history.days.empty()) {
            continue;
        }
        const Day first = MondayOf(history.days.front().day);
        const Day place = kCohortWeeks - 1 - (present - first) / kWeekDays;
        if (place < 0) {
            continue;
        }
        Cohort& cohort = cohorts[static_cast<std::size_t>(place)];
        ++cohort.users;
        Day counted = first - kWeekDays;
        for (const UserDay& day : history.days) {
            const Day week = MondayOf(day.day);
            if (week != counted) {
                ++cohort.active[static_cast<std::size_t>((week - first) / kWeekDays)];
                counted = week;
            }
        }
    }
    return cohorts;
}

}  // namespace sightglass::analytics
