// What follow-ups changed: how many came how far, how fast, and what their users did before and after.
//
// Thread-safety: plain values and pure functions over the store.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "insight/follow_up.h"
#include "store/store.h"

namespace sightglass::insight {

struct FollowUpCounts {
    std::int64_t opened = 0;
    std::int64_t contacted = 0;
    std::int64_t answered = 0;
    std::int64_t closed = 0;
};

/// Of users, in a number of days together.
struct UseInDays {
    double days = 0;
    std::int64_t calls = 0;
    std::int64_t errors = 0;
    std::int64_t rated = 0;
    std::int64_t positive = 0;

    std::optional<double> CallsPerDay() const;
    std::optional<double> ErrorRate() const;
    std::optional<double> Satisfaction() const;
};

/// Days before a follow-up was opened and after it was closed that are compared.
inline constexpr Duration kComparedSpan = std::chrono::hours(24 * 14);
/// Of so many follow-ups, the newest.
inline constexpr std::size_t kComparedMax = 100;

struct FollowUpReport {
    FollowUpCounts all;
    std::map<std::string, FollowUpCounts> by_rule;
    std::map<std::string, std::int64_t> by_outcome;
    std::int64_t overdue = 0;
    std::optional<double> median_hours_to_contact;
    std::optional<double> median_hours_to_close;
    std::int64_t satisfaction_after_count = 0;
    std::optional<double> satisfaction_after_average;  ///< Of what was noted, -1 to 1.
    std::int64_t compared = 0;  ///< Closed ones with a user, and a day or more since.
    UseInDays before;
    UseInDays after;
};

Result<FollowUpReport>
ReportFollowUps(const std::vector<FollowUp>& follow_ups, Time now, const store::Store& store);

}  // namespace sightglass::insight
