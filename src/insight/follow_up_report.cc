#include "insight/follow_up_report.h"

#include <algorithm>

#include "analytics/user_rows.h"
#include "call/catalogue.h"

namespace sightglass::insight {
namespace {

constexpr double kHourUs = 3.6e9;
constexpr double kDayUs = 24 * kHourUs;
constexpr Duration kLeastAfter = std::chrono::hours(24);

std::optional<double> Median(std::vector<double> values) {
    if (values.empty()) {
        return std::nullopt;
    }
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double HoursBetween(Time from, Time to) {
    return static_cast<double>((to - from).count()) / kHourUs;
}

void Count(const FollowUp& follow_up, FollowUpCounts& counts) {
    ++counts.opened;
    counts.contacted += follow_up.contacted_at == Time{} ? 0 : 1;
    counts.answered += follow_up.answered_at == Time{} ? 0 : 1;
    counts.closed += follow_up.state == FollowUpState::kClosed ? 1 : 0;
}

Status
AddUse(const std::string& user, Time from, Time to, const store::Store& store, UseInDays& use) {
    store::Plan plan;
    plan.from = from;
    plan.to = to;
    plan.metrics = {
        FindMetric("calls"),
        FindMetric("errors"),
        FindMetric("rated_feedback"),
        FindMetric("positive_feedback")};
    plan.filters = {analytics::UserFilter(store::Comparison::kIs, {user})};
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    use.days += static_cast<double>((to - from).count()) / kDayUs;
    if (!table.rows.empty()) {
        const auto& row = table.rows.front();
        use.calls += analytics::CountOfCell(row[0]);
        use.errors += analytics::CountOfCell(row[1]);
        use.rated += analytics::CountOfCell(row[2]);
        use.positive += analytics::CountOfCell(row[3]);
    }
    return {};
}

/// What the user of a closed one did before it was opened, and from its end on; nothing where that was a moment ago.
Status Compare(const FollowUp& one, Time now, const store::Store& store, FollowUpReport& report) {
    const Time end = std::min(now, one.closed_at + kComparedSpan);
    if (one.user.empty() || end - one.closed_at < kLeastAfter ||
        report.compared >= static_cast<std::int64_t>(kComparedMax)) {
        return {};
    }
    ++report.compared;
    const Time begin = one.opened_at - kComparedSpan;
    SG_TRY(AddUse(one.user, begin, one.opened_at, store, report.before));
    return AddUse(one.user, one.closed_at, end, store, report.after);
}

std::optional<double> Ratio(double over, double under) {
    return under > 0 ? std::optional<double>(over / under) : std::nullopt;
}

}  // namespace

std::optional<double> UseInDays::CallsPerDay() const {
    return Ratio(static_cast<double>(calls), days);
}

std::optional<double> UseInDays::ErrorRate() const {
    return Ratio(static_cast<double>(errors), static_cast<double>(calls));
}

std::optional<double> UseInDays::Satisfaction() const {
    return Ratio(static_cast<double>(positive), static_cast<double>(rated));
}

Result<FollowUpReport>
ReportFollowUps(const std::vector<FollowUp>& follow_ups, Time now, const store::Store& store) {
    FollowUpReport report;
    std::vector<double> to_contact;
    std::vector<double> to_close;
    double satisfaction = 0;
    for (const FollowUp& one : follow_ups) {
        Count(one, report.all);
        Count(one, report.by_rule[std::string(ToString(one.rule))]);
        const bool closed = one.state == FollowUpState::kClosed;
        report.overdue += !closed && one.due_at != Time{} && one.due_at < now ? 1 : 0;
        if (one.contacted_at != Time{}) {
            to_contact.push_back(HoursBetween(one.opened_at, one.contacted_at));
        }
        if (one.satisfaction_after) {
            ++report.satisfaction_after_count;
            satisfaction += *one.satisfaction_after;
        }
        if (!closed) {
            continue;
        }
        to_close.push_back(HoursBetween(one.opened_at, one.closed_at));
        ++report.by_outcome[one.outcome ? std::string(ToString(*one.outcome)) : "other"];
        SG_TRY(Compare(one, now, store, report));
    }
    report.median_hours_to_contact = Median(std::move(to_contact));
    report.median_hours_to_close = Median(std::move(to_close));
    report.satisfaction_after_average =
        Ratio(satisfaction, static_cast<double>(report.satisfaction_after_count));
    return report;
}

}  // namespace sightglass::insight
