// Users: what each did in a range of time, which segment that makes them, and how much of the whole
// is theirs. Names are those that applications gave; who shows them decides what stands for them.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/segments.h"
#include "analytics/user_days.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

inline constexpr std::int64_t kDefaultPageUsers = 50;
inline constexpr std::int64_t kPageUsersMax = 1'000;
inline constexpr std::size_t kUsersMax = 100'000;  ///< Of one answer's range.

/// Of one user's calls in a range. What no call knows is unknown.
struct UserTotals {
    std::string user;
    std::int64_t calls = 0;
    std::int64_t errors = 0;
    std::optional<double> error_rate;
    std::optional<double> cost_usd;
    std::optional<std::int64_t> total_tokens;
    std::int64_t sessions = 0;
    std::int64_t feedback_count = 0;
    std::optional<double> satisfaction_rate;
};

/// The same, and what the days say.
struct UserSummary {
    UserTotals totals;
    std::string segment;           ///< Empty: no rule fits.
    std::optional<Day> first;      ///< Of the history; nothing where there was a call before it.
    std::optional<Day> last;       ///< Nothing where there is no call in the history.
    std::int64_t active_days = 0;  ///< Of the last 28.
};

struct UserListText {
    std::string from = "";  ///< Empty: -28d.
    std::string to = "";    ///< Empty: now.
    std::vector<std::string> filters = {};
    std::string segment = "";  ///< Empty: all.
    std::string order_by =
        "";  ///< A metric of the list, with "-" before it the largest first. Empty: -calls.
    std::optional<std::int64_t> limit = {};
    std::string cursor = "";
    SegmentRules rules = {};
};

struct UserQuery {
    Time from;
    Time to;
    std::vector<store::Filter> filters;
    SegmentRules rules;
    std::string segment;
    store::OrderBy order;
    std::size_t limit = 50;
    std::size_t skip = 0;
};

/// kInvalidArgument as ParseQuestion.
Result<UserQuery>
ParseUserList(const UserListText& text, Time now, std::vector<std::string_view>* allowed = nullptr);

struct UserPage {
    std::vector<UserSummary> users;
    std::string next;  ///< Empty on the last page.
};

Result<UserPage> ListUsers(const UserQuery& query, const store::Store& store);

/// What a share of the users has of the whole.
struct Concentration {
    double users = 0;  ///< The share of the users, those with the most first.
    double share = 0;
};

struct SegmentSize {
    std::string segment;
    std::string rule;
    std::int64_t users = 0;
    std::int64_t calls = 0;
    double cost_usd = 0;
};

/// How one metric is spread over users.
struct Spread {
    std::int64_t users = 0;  ///< Who have some of it.
    double total = 0;
    std::optional<double> gini;        ///< 0: all have as much; towards 1: one has all.
    std::int64_t users_of_80 = 0;      ///< How few have 80 % of it.
    std::vector<Concentration> curve;  ///< At 1, 5, 10, 20, 50 and 100 % of the users.
};

/// Of amounts of users, in any order.
Spread SpreadOf(std::vector<double> amounts);

/// All that is said of the users together.
struct UserReport {
    Time from;
    Time to;
    std::int64_t users = 0;
    bool truncated = false;
    std::vector<SegmentSize> segments;  ///< In the order of the rules, then those of none.
    std::vector<ActiveUsers> active;
    std::vector<Cohort> cohorts;
    Spread cost;
    Spread calls;
};

Result<UserReport> ReportUsers(const UserQuery& query, const store::Store& store);

/// One user whole. kNotFound where there is no call.
struct UserProfile {
    UserSummary summary;
    std::vector<UserDay> days;  ///< The history that ends with the range.
};

Result<UserProfile>
FindUser(const std::string& user, const UserQuery& query, const store::Store& store);

}  // namespace sightglass::analytics
