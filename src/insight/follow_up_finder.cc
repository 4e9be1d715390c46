#include "insight/follow_up_finder.h"

#include <algorithm>
#include <utility>

#include "analytics/user_days.h"
#include "analytics/user_rows.h"
#include "call/catalogue.h"

namespace sightglass::insight {
namespace {

using analytics::Day;

constexpr std::size_t kFeedbackMax = 1'000;
constexpr std::size_t kFoundMax = 1'000;
constexpr Duration kErrorsLook = std::chrono::hours(24);
constexpr Duration kDay = std::chrono::hours(24);
constexpr Day kWeekDays = 7;
constexpr Day kWeeksBefore = 3;

/// The newest call of a session or a run; nothing where there is none.
Result<std::optional<Call>>
FindCallBy(std::string_view dimension, const std::string& id, const store::Store& store) {
    SG_ASSIGN_OR_RETURN(const store::StoreStats stats, store.GetStats());
    if (!stats.oldest || !stats.newest) {
        return std::optional<Call>();
    }
    store::CallQuery query;
    query.from = *stats.oldest;
    query.to = *stats.newest + Duration(1);
    query.limit = 1;
    store::Filter filter;
    filter.dimension = *FindDimension(dimension);
    filter.values = {id};
    query.filters = {filter};
    SG_ASSIGN_OR_RETURN(std::vector<Call> calls, store.List(query));
    return calls.empty() ? std::optional<Call>() : std::optional<Call>(std::move(calls.front()));
}

/// What feedback is about, where it is known.
Result<std::optional<Call>> CallOf(const Feedback& feedback, const store::Store& store) {
    if (!feedback.call_id.IsNil()) {
        auto call = store.Find(feedback.call_id);
        if (call.Ok()) {
            return std::optional<Call>(std::move(call).value());
        }
        return call.error().code == ErrorCode::kNotFound
                   ? Result<std::optional<Call>>(std::optional<Call>())
                   : Result<std::optional<Call>>(call.error());
    }
    if (!feedback.session_id.empty()) {
        return FindCallBy("session_id", feedback.session_id, store);
    }
    if (!feedback.trace_id.empty()) {
        return FindCallBy("trace_id", feedback.trace_id, store);
    }
    return std::optional<Call>();
}

FollowUp FollowUpOf(const Feedback& feedback, const std::optional<Call>& call) {
    FollowUp found;
    found.rule = FollowUpRule::kBadFeedback;
    found.trigger = feedback.id;
    found.facts = {{"score", *feedback.score}};
    found.opened_at = feedback.created_at;
    found.user = feedback.user;
    found.session_id = feedback.session_id;
    found.call_id = feedback.call_id.IsNil() ? "" : ToString(feedback.call_id);
    if (call) {
        found.user = found.user.empty() ? call->user : found.user;
        found.session_id = found.session_id.empty() ? call->session_id : found.session_id;
        found.call_id = found.call_id.empty() ? ToString(call->call_id) : found.call_id;
    }
    return found;
}

FollowUp UserFound(FollowUpRule rule, const std::string& user, Time now) {
    FollowUp found;
    found.rule = rule;
    found.user = user;
    found.trigger = std::string(ToString(rule));
    found.opened_at = now;
    return found;
}

Status FindErrors(
    const FollowUpRuleSettings& rule,
    Time now,
    const store::Store& store,
    std::vector<FollowUp>& found
) {
    store::Plan plan = analytics::UserPlan({}, now - kErrorsLook, now);
    plan.metrics = {FindMetric("errors"), FindMetric("error_rate"), FindMetric("calls")};
    plan.order_by = {{.column = "errors", .descending = true}};
    plan.limit = kFoundMax;
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    for (const auto& row : table.rows) {
        const double errors = analytics::NumberOfCell(row[1]).value_or(0);
        const double rate = analytics::NumberOfCell(row[2]).value_or(0);
        if (errors >= rule.errors && rate >= rule.error_rate) {
            FollowUp& one = found.emplace_back(
                UserFound(FollowUpRule::kRepeatedErrors, analytics::TextOfCell(row[0]), now)
            );
            one.facts = {
                {"errors", errors},
                {"calls", analytics::NumberOfCell(row[3]).value_or(0)}};
        }
    }
    return {};
}

/// What a user did in the last seven days, today not counted, and in a week of the three before.
struct WeeklyUse {
    double now = 0;
    double before = 0;
};

WeeklyUse UseOf(const analytics::UserHistory& history, Day today) {
    WeeklyUse use;
    for (const analytics::UserDay& day : history.days) {
        const Day ago = today - day.day;
        if (ago >= 1 && ago <= kWeekDays) {
            use.now += static_cast<double>(day.calls);
        } else if (ago > kWeekDays && ago <= (kWeeksBefore + 1) * kWeekDays) {
            use.before += static_cast<double>(day.calls) / static_cast<double>(kWeeksBefore);
        }
    }
    return use;
}

void FindDrops(
    const FollowUpRuleSettings& rule,
    const analytics::UserDays& days,
    Time now,
    std::vector<FollowUp>& found
) {
    for (const auto& [user, history] : days.users) {
        const WeeklyUse use = UseOf(history, analytics::DayOf(now));
        if (use.before >= rule.calls && use.now <= rule.to_share * use.before) {
            FollowUp& one = found.emplace_back(UserFound(FollowUpRule::kDropInUse, user, now));
            one.facts = {{"calls_before", use.before}, {"calls", use.now}};
        }
    }
}

void FindHeavyNew(
    const FollowUpRuleSettings& rule,
    const analytics::UserDays& days,
    Time now,
    std::vector<FollowUp>& found
) {
    const Day today = analytics::DayOf(now);
    for (const auto& [user, history] : days.users) {
        if (history.seen_before || history.days.empty()) {
            continue;
        }
        double calls = 0;
        for (const analytics::UserDay& day : history.days) {
            calls += today - day.day < kWeekDays ? static_cast<double>(day.calls) : 0;
        }
        const auto since = static_cast<double>(today - history.days.front().day);
        if (since <= rule.within_days && calls >= rule.calls) {
            FollowUp& one = found.emplace_back(UserFound(FollowUpRule::kHeavyNewUser, user, now));
            one.facts = {{"calls", calls}, {"days", since + 1}};
        }
    }
}

}  // namespace

Result<std::vector<FollowUp>> FindBadFeedback(
    const FollowUpSettings& settings,
    Time now,
    const store::Store& store,
    const std::unordered_set<std::string>& handled
) {
    std::vector<FollowUp> found;
    const FollowUpRuleSettings& rule = settings.Of(FollowUpRule::kBadFeedback);
    if (!rule.on) {
        return found;
    }
    store::FeedbackQuery query;
    query.from = now - kFeedbackLook;
    query.to = now + kDay;  // Other clocks may be ahead.
    query.limit = kFeedbackMax;
    SG_ASSIGN_OR_RETURN(const std::vector<Feedback> all, store.ListFeedback(query));
    for (auto feedback = all.rbegin(); feedback != all.rend(); ++feedback) {
        const bool is_bad = feedback->score && *feedback->score < rule.score;
        if (!is_bad || handled.contains(feedback->id)) {
            continue;
        }
        SG_ASSIGN_OR_RETURN(const std::optional<Call> call, CallOf(*feedback, store));
        FollowUp one = FollowUpOf(*feedback, call);
        const bool waits = one.user.empty() && now - feedback->created_at < kCallWait;
        const bool is_of_nobody = one.user.empty() && one.session_id.empty() && one.call_id.empty();
        if (!waits && !is_of_nobody) {
            found.push_back(std::move(one));
        }
    }
    return found;
}

Result<std::vector<FollowUp>>
FindByUse(const FollowUpSettings& settings, Time now, const store::Store& store) {
    std::vector<FollowUp> found;
    const FollowUpRuleSettings& errors = settings.Of(FollowUpRule::kRepeatedErrors);
    const FollowUpRuleSettings& drop = settings.Of(FollowUpRule::kDropInUse);
    const FollowUpRuleSettings& heavy = settings.Of(FollowUpRule::kHeavyNewUser);
    if (errors.on) {
        SG_TRY(FindErrors(errors, now, store, found));
    }
    if (drop.on || heavy.on) {
        const Day longest =
            std::max((kWeeksBefore + 1) * kWeekDays + 1, Day(heavy.within_days) + 1);
        const Day looked = std::min(longest, analytics::kHistoryDays);
        const Time from = analytics::StartOf(analytics::DayOf(now) - looked);
        SG_ASSIGN_OR_RETURN(
            const analytics::UserDays days,
            analytics::ReadUserDays({}, from, now, store)
        );
        if (drop.on) {
            FindDrops(drop, days, now, found);
        }
        if (heavy.on) {
            FindHeavyNew(heavy, days, now, found);
        }
    }
    return found;
}

}  // namespace sightglass::insight
