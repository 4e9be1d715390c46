#include "analytics/user_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "analytics/filter_text.h"
#include "analytics/names.h"
#include "analytics/time_range.h"
#include "analytics/user_rows.h"
#include "call/catalogue.h"

namespace sightglass::analytics {
namespace {

constexpr std::string_view kDefaultFrom = "-28d";
constexpr std::string_view kDefaultOrder = "-calls";

/// In the order of UserTotals' members.
constexpr std::array<std::string_view, 8> kMetrics{
    "calls",
    "errors",
    "error_rate",
    "cost_usd",
    "total_tokens",
    "sessions",
    "feedback_count",
    "satisfaction_rate"};

std::optional<std::int64_t> WholeOf(const store::Cell& cell) {
    return NumberOfCell(cell) ? std::optional<std::int64_t>(CountOfCell(cell)) : std::nullopt;
}

UserTotals TotalsOf(const std::vector<store::Cell>& row) {
    UserTotals totals;
    totals.user = TextOfCell(row[0]);
    totals.calls = CountOfCell(row[1]);
    totals.errors = CountOfCell(row[2]);
    totals.error_rate = NumberOfCell(row[3]);
    totals.cost_usd = NumberOfCell(row[4]);
    totals.total_tokens = WholeOf(row[5]);
    totals.sessions = CountOfCell(row[6]);
    totals.feedback_count = CountOfCell(row[7]);
    totals.satisfaction_rate = NumberOfCell(row[8]);
    return totals;
}

Result<std::vector<UserTotals>>
ReadTotals(const UserQuery& query, std::size_t limit, const store::Store& store) {
    store::Plan plan = UserPlan(query.filters, query.from, query.to);
    for (const std::string_view metric : kMetrics) {
        plan.metrics.push_back(FindMetric(metric));
    }
    plan.order_by = {query.order, {.column = "user", .descending = false}};
    plan.limit = limit;
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    std::vector<UserTotals> all;
    all.reserve(table.rows.size());
    for (const auto& row : table.rows) {
        all.push_back(TotalsOf(row));
    }
    return all;
}

Result<store::OrderBy> ParseOrder(std::string_view text, std::vector<std::string_view>* allowed) {
    std::string_view name = text.empty() ? kDefaultOrder : text;
    store::OrderBy order;
    order.descending = name.starts_with('-');
    name.remove_prefix(order.descending ? 1 : 0);
    if (std::find(kMetrics.begin(), kMetrics.end(), name) == kMetrics.end()) {
        return UnknownName("order_by", "metric of users", name, kMetrics, allowed);
    }
    order.column = name;
    return order;
}

Status CheckSegment(const UserQuery& query, std::vector<std::string_view>* allowed) {
    std::vector<std::string_view> names;
    for (const SegmentRule& rule : query.rules) {
        if (rule.name == query.segment || query.segment.empty()) {
            return {};
        }
        names.push_back(rule.name);
    }
    return UnknownName("segment", "segment", query.segment, names, allowed);
}

/// What the days say of users, asked one by one.
class Segmenter {
public:
    Segmenter(const SegmentRules& rules, const UserDays& days)
        : rules_(rules), days_(days), measures_(MeasureUsers(days)) {}

    UserSummary SummaryOf(UserTotals totals) const {
        UserSummary summary;
        const auto measured = measures_.find(totals.user);
        const UserMeasures user =
            measured == measures_.end() ? MeasuresOfTheGone() : measured->second;
        const SegmentRule* const rule = FindSegment(rules_, user);
        summary.segment = rule == nullptr ? "" : rule->name;
        summary.active_days = static_cast<std::int64_t>(user[UserMeasure::kActiveDays]);
        if (measured != measures_.end()) {
            const UserHistory& history = days_.users.at(totals.user);
            summary.last = history.days.back().day;
            if (!history.seen_before) {
                summary.first = history.days.front().day;
            }
        }
        summary.totals = std::move(totals);
        return summary;
    }

private:
    const SegmentRules& rules_;
    const UserDays& days_;
    const std::map<std::string, UserMeasures> measures_;
};

void AddToSegment(const UserSummary& user, std::vector<SegmentSize>& segments) {
    auto found = std::find_if(segments.begin(), segments.end(), [&](const SegmentSize& segment) {
        return segment.segment == user.segment;
    });
    if (found == segments.end()) {
        segments.push_back({.segment = user.segment, .rule = ""});
        found = segments.end() - 1;
    }
    ++found->users;
    found->calls += user.totals.calls;
    found->cost_usd += user.totals.cost_usd.value_or(0);
}

}  // namespace

Result<UserQuery>
ParseUserList(const UserListText& text, Time now, std::vector<std::string_view>* allowed) {
    UserQuery query;
    const std::string from = text.from.empty() ? std::string(kDefaultFrom) : text.from;
    SG_ASSIGN_OR_RETURN(const TimeRange range, ParseTimeRange(from, text.to, now));
    query.from = range.from;
    query.to = range.to;
    SG_ASSIGN_OR_RETURN(query.filters, ParseFilters(text.filters, {}, allowed));
    query.rules = text.rules;
    query.segment = text.segment;
    SG_TRY(CheckSegment(query, allowed));
    SG_ASSIGN_OR_RETURN(query.order, ParseOrder(text.order_by, allowed));
    const std::int64_t limit = text.limit.value_or(kDefaultPageUsers);
    if (limit < 1 || limit > kPageUsersMax) {
        return Refuse(
            "limit",
            std::to_string(limit) + " is not from 1 to " + std::to_string(kPageUsersMax)
        );
    }
    query.limit = static_cast<std::size_t>(limit);
    if (!text.cursor.empty()) {
        const char* const end = text.cursor.data() + text.cursor.size();
        const auto read = std::from_chars(text.cursor.data(), end, query.skip);
        if (read.ec != std::errc() || read.ptr != end || query.skip > kUsersMax) {
            return Refuse("cursor", Quote(text.cursor) + " is not the 'next' of a page");
        }
    }
    return query;
}

Result<UserPage> ListUsers(const UserQuery& query, const store::Store& store) {
    const std::size_t end = query.skip + query.limit;
    const std::size_t read = query.segment.empty() ? std::min(end + 1, kUsersMax) : kUsersMax;
    SG_ASSIGN_OR_RETURN(std::vector<UserTotals> all, ReadTotals(query, read, store));
    SG_ASSIGN_OR_RETURN(const UserDays days, ReadUserDays(query.filters, query.to, store));
    const Segmenter segmenter(query.rules, days);
    UserPage page;
    std::size_t place = 0;
    for (UserTotals& totals : all) {
        UserSummary summary = segmenter.SummaryOf(std::move(totals));
        if (!query.segment.empty() && summary.segment != query.segment) {
            continue;
        }
        if (place >= end) {
            page.next = std::to_string(end);
            break;
        }
        if (place++ >= query.skip) {
            page.users.push_back(std::move(summary));
        }
    }
    return page;
}

Spread SpreadOf(std::vector<double> amounts) {
    std::erase_if(amounts, [](double amount) { return !(amount > 0); });
    std::sort(amounts.begin(), amounts.end(), std::greater<>());
    Spread spread;
    spread.users = static_cast<std::int64_t>(amounts.size());
    if (amounts.empty()) {
        return spread;
    }
    const auto count = static_cast<double>(amounts.size());
    std::vector<double> sums;
    double ranked = 0;  // Of amounts times their place from the smallest.
    for (std::size_t i = 0; i < amounts.size(); ++i) {
        spread.total += amounts[i];
        sums.push_back(spread.total);
        ranked += amounts[i] * (count - static_cast<double>(i));
    }
    spread.gini = std::clamp(2 * ranked / (count * spread.total) - (count + 1) / count, 0.0, 1.0);
    constexpr double kMost = 0.8;
    const auto most = std::lower_bound(sums.begin(), sums.end(), kMost * spread.total);
    spread.users_of_80 = most - sums.begin() + 1;
    for (const double part : {0.01, 0.05, 0.1, 0.2, 0.5, 1.0}) {
        const auto users = static_cast<std::size_t>(std::max(1.0, part * count + 1e-9));
        spread.curve.push_back({part, sums[users - 1] / spread.total});
    }
    return spread;
}

Result<UserReport> ReportUsers(const UserQuery& query, const store::Store& store) {
    SG_ASSIGN_OR_RETURN(std::vector<UserTotals> all, ReadTotals(query, kUsersMax, store));
    SG_ASSIGN_OR_RETURN(const UserDays days, ReadUserDays(query.filters, query.to, store));
    const Segmenter segmenter(query.rules, days);
    UserReport report;
    report.from = query.from;
    report.to = query.to;
    report.users = static_cast<std::int64_t>(all.size());
    report.truncated = days.truncated || all.size() >= kUsersMax;
    for (const SegmentRule& rule : query.rules) {
        report.segments.push_back({.segment = rule.name, .rule = rule.text});
    }
    std::vector<double> cost;
    std::vector<double> calls;
    for (UserTotals& totals : all) {
        cost.push_back(totals.cost_usd.value_or(0));
        calls.push_back(static_cast<double>(totals.calls));
        AddToSegment(segmenter.SummaryOf(std::move(totals)), report.segments);
    }
    report.active = CountActive(days);
    report.cohorts = FindCohorts(days);
    report.cost = SpreadOf(std::move(cost));
    report.calls = SpreadOf(std::move(calls));
    return report;
}

Result<UserProfile>
FindUser(const std::string& user, const UserQuery& query, const store::Store& store) {
    UserQuery mine = query;
    mine.filters.push_back(UserFilter(store::Comparison::kIs, {user}));
    SG_ASSIGN_OR_RETURN(std::vector<UserTotals> totals, ReadTotals(mine, 1, store));
    // Ranks are among all.
    SG_ASSIGN_OR_RETURN(const UserDays days, ReadUserDays(query.filters, query.to, store));
    const auto found = days.users.find(user);
    if (totals.empty() && found == days.users.end()) {
        return Error{ErrorCode::kNotFound, "there is no such user"};
    }
    if (totals.empty()) {
        totals.emplace_back().user = user;
    }
    UserProfile profile;
    profile.summary = Segmenter(query.rules, days).SummaryOf(std::move(totals.front()));
    if (found != days.users.end()) {
        profile.days = found->second.days;
    }
    return profile;
}

}  // namespace sightglass::analytics
