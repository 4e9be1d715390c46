#include "analytics/session_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "analytics/call_list.h"
#include "analytics/filter_text.h"
#include "analytics/names.h"
#include "analytics/time_range.h"

namespace sightglass::analytics {
namespace {

constexpr std::size_t kScanCalls = 500;  ///< Read at a time.
constexpr int kScansMax = 40;            ///< Of one page.
constexpr std::size_t kSortedMax = 10'000;
constexpr std::size_t kFeedbackMax = 1'000;
constexpr std::size_t kSessionIdBytesMax = 1U << 10;
constexpr Time kLatest = TimeFromMicros(7'258'118'400'000'000);  // 2200-01-01

struct Order {
    SessionOrder order;
    std::string_view name;
    std::string_view metric;
};

constexpr auto kOrders = std::to_array<Order>({
    {SessionOrder::kNewest, "newest", ""},
    {SessionOrder::kCalls, "calls", "calls"},
    {SessionOrder::kTurns, "turns", "session_turns_avg"},
    {SessionOrder::kLength, "length", "session_length_avg_s"},
    {SessionOrder::kCost, "cost", "cost_usd"},
    {SessionOrder::kTokens, "tokens", "total_tokens"},
    {SessionOrder::kErrors, "errors", "errors"},
});

store::Filter SessionFilter(store::Comparison comparison, std::vector<std::string> ids) {
    store::Filter filter;
    filter.dimension = *FindDimension("session_id");
    filter.comparison = comparison;
    filter.values = std::move(ids);
    return filter;
}

Result<SessionOrder> ParseOrder(const std::string& text, std::vector<std::string_view>* allowed) {
    std::vector<std::string_view> names;
    for (const Order& order : kOrders) {
        if (order.name == text || (text.empty() && order.order == SessionOrder::kNewest)) {
            return order.order;
        }
        names.push_back(order.name);
    }
    return UnknownName("order_by", "order of sessions", text, names, allowed);
}

Status ReadCursor(const std::string& text, SessionQuery& query) {
    if (query.order == SessionOrder::kNewest) {
        SG_ASSIGN_OR_RETURN(query.before, DecodeCursor(text));
        return {};
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), query.skip);
    if (error != std::errc() || end != text.data() + text.size() || query.skip > kSortedMax) {
        return Refuse("cursor", Quote(text) + " is not the 'next' of a page");
    }
    return {};
}

/// Ids of sessions, in the order of the list.
using Ids = std::vector<std::string>;

/// Which sessions the newest calls belong to; `query.before` moves on to the last call that was looked at.
Result<Ids> FindNewest(const store::Store& store, SessionQuery& query, bool& is_last) {
    Ids ids;
    std::unordered_set<std::string> seen;
    store::CallQuery calls;
    calls.from = query.from;
    calls.to = query.to;
    calls.filters = query.filters;
    calls.filters.push_back(SessionFilter(store::Comparison::kIsNotNull, {}));
    calls.limit = kScanCalls;
    for (int scan = 0; scan < kScansMax; ++scan) {
        calls.before = query.before;
        SG_ASSIGN_OR_RETURN(const std::vector<Call> found, store.List(calls));
        for (const Call& call : found) {
            const bool is_new = !seen.contains(call.session_id);
            if (is_new && ids.size() == query.limit) {
                return ids;
            }
            query.before = store::CallQuery::Cursor{*call.started_at, call.call_id};
            if (is_new) {
                seen.insert(call.session_id);
                ids.push_back(call.session_id);
            }
        }
        if (found.size() < calls.limit) {
            is_last = true;
            return ids;
        }
    }
    return ids;
}

/// Of `ids`, those without a call that an earlier page came by.
Result<Ids> WithoutListed(
    const store::Store& store,
    const SessionQuery& query,
    const store::CallQuery::Cursor& before,
    Ids ids
) {
    store::Plan plan;
    plan.from = before.started_at;
    plan.to = query.to;
    plan.metrics = {FindMetric("calls")};
    plan.group_by = {SessionFilter(store::Comparison::kIs, {})};
    plan.filters = query.filters;
    plan.filters.push_back(SessionFilter(store::Comparison::kIs, ids));
    // What began at the very time of the cursor may be on either page: it is asked for call by call.
    plan.from += Duration(1);
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    std::unordered_set<std::string> listed;
    for (const auto& row : table.rows) {
        if (const auto* const id = std::get_if<std::string>(&row.front())) {
            listed.insert(*id);
        }
    }
    std::erase_if(ids, [&listed](const std::string& id) { return listed.contains(id); });
    return ids;
}

Result<Ids> FindSorted(const store::Store& store, const SessionQuery& query, bool& is_last) {
    const auto order = std::find_if(kOrders.begin(), kOrders.end(), [&](const Order& one) {
        return one.order == query.order;
    });
    store::Plan plan;
    plan.from = query.from;
    plan.to = query.to;
    plan.metrics = {FindMetric(order->metric)};
    plan.group_by = {SessionFilter(store::Comparison::kIs, {})};
    plan.filters = query.filters;
    plan.filters.push_back(SessionFilter(store::Comparison::kIsNotNull, {}));
    plan.order_by = {
        {.column = std::string(order->metric), .descending = true},
        {.column = "session_id", .descending = true}};
    plan.limit = std::min(kSortedMax, query.skip + query.limit + 1);
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    Ids ids;
    for (std::size_t i = query.skip; i < table.rows.size() && ids.size() < query.limit; ++i) {
        if (const auto* const id = std::get_if<std::string>(&table.rows[i].front())) {
            ids.push_back(*id);
        }
    }
    is_last = table.rows.size() <= query.skip + query.limit;
    return ids;
}

/// The outcome of the session, by the last feedback that has a score.
void TakeOutcome(const std::vector<Feedback>& newest_first, SessionSummary& summary) {
    for (const Feedback& feedback : newest_first) {
        if (feedback.score.value_or(0) != 0) {
            summary.outcome =
                *feedback.score > 0 ? SessionOutcome::kPositive : SessionOutcome::kNegative;
            return;
        }
    }
}

/// Feedback on sessions as such, on their calls and on their answers, by session.
Result<std::unordered_map<std::string, std::vector<Feedback>>>
FindFeedback(const std::vector<Call>& calls, const store::Store& store) {
    store::FeedbackQuery query;
    query.to = kLatest;
    query.limit = kFeedbackMax;
    std::unordered_map<std::string, std::string> session_of;
    for (const Call& call : calls) {
        query.about.call_ids.push_back(call.call_id);
        session_of[ToString(call.call_id)] = call.session_id;
        if (!call.provider_response_id.empty()) {
            query.about.provider_response_ids.push_back(call.provider_response_id);
            session_of[call.provider_response_id] = call.session_id;
        }
        if (session_of.try_emplace(call.session_id, call.session_id).second) {
            query.about.session_ids.push_back(call.session_id);
        }
    }
    std::unordered_map<std::string, std::vector<Feedback>> by_session;
    if (calls.empty()) {
        return by_session;
    }
    SG_ASSIGN_OR_RETURN(std::vector<Feedback> all, store.ListFeedback(query));
    for (Feedback& feedback : all) {
        const std::string about = !feedback.call_id.IsNil() ? ToString(feedback.call_id)
                                  : !feedback.provider_response_id.empty()
                                      ? feedback.provider_response_id
                                      : feedback.session_id;
        if (const auto found = session_of.find(about); found != session_of.end()) {
            by_session[found->second].push_back(std::move(feedback));
        }
    }
    return by_session;
}

Result<std::vector<SessionSummary>>
Summarize(const store::Store& store, const SessionQuery& query, const Ids& ids) {
    std::vector<SessionSummary> summaries;
    if (ids.empty()) {
        return summaries;
    }
    store::CallQuery all;
    all.from = query.from - kSessionSpan;
    all.to = query.to + kSessionSpan;
    all.filters = {SessionFilter(store::Comparison::kIs, ids)};
    all.limit = kPageSessionCallsMax;
    SG_ASSIGN_OR_RETURN(const std::vector<Call> calls, store.List(all));
    SG_ASSIGN_OR_RETURN(const auto feedback, FindFeedback(calls, store));
    std::unordered_map<std::string, std::vector<const Call*>> by_session;
    for (const Call& call : calls) {
        by_session[call.session_id].push_back(&call);
    }
    for (const std::string& id : ids) {
        const auto found = by_session.find(id);
        if (found == by_session.end()) {
            continue;
        }
        SessionSummary& summary = summaries.emplace_back(SummaryOf(std::move(found->second)));
        if (const auto said = feedback.find(id); said != feedback.end()) {
            TakeOutcome(said->second, summary);
        }
    }
    return summaries;
}

}  // namespace

Result<SessionQuery>
ParseSessionList(const SessionListText& text, Time now, std::vector<std::string_view>* allowed) {
    SessionQuery query;
    SG_ASSIGN_OR_RETURN(const TimeRange range, ParseTimeRange(text.from, text.to, now));
    query.from = range.from;
    query.to = range.to;
    SG_ASSIGN_OR_RETURN(query.filters, ParseFilters(text.filters, {}, allowed));
    SG_ASSIGN_OR_RETURN(query.order, ParseOrder(text.order_by, allowed));
    const std::int64_t limit = text.limit.value_or(kDefaultPageSessions);
    if (limit < 1 || limit > kPageSessionsMax) {
        return Refuse(
            "limit",
            std::to_string(limit) + " is not from 1 to " + std::to_string(kPageSessionsMax)
        );
    }
    query.limit = static_cast<std::size_t>(limit);
    if (!text.cursor.empty()) {
        SG_TRY(ReadCursor(text.cursor, query));
    }
    return query;
}

Result<SessionPage> ListSessions(const SessionQuery& query, const store::Store& store) {
    SessionPage page;
    SessionQuery at = query;
    bool is_last = false;
    if (query.order != SessionOrder::kNewest) {
        SG_ASSIGN_OR_RETURN(Ids ids, FindSorted(store, query, is_last));
        SG_ASSIGN_OR_RETURN(page.sessions, Summarize(store, query, ids));
        page.next = is_last ? "" : std::to_string(query.skip + query.limit);
        return page;
    }
    SG_ASSIGN_OR_RETURN(Ids ids, FindNewest(store, at, is_last));
    if (query.before && !ids.empty()) {
        SG_ASSIGN_OR_RETURN(ids, WithoutListed(store, query, *query.before, std::move(ids)));
    }
    SG_ASSIGN_OR_RETURN(page.sessions, Summarize(store, query, ids));
    page.next = is_last || !at.before ? "" : EncodeCursor(*at.before);
    return page;
}

Result<SessionRecord>
FindSession(const std::string& session_id, Time from, Time to, const store::Store& store) {
    if (session_id.empty() || session_id.size() > kSessionIdBytesMax) {
        return Refuse("id", Quote(session_id) + " is no session id");
    }
    store::CallQuery query;
    query.from = from;
    query.to = to;
    query.filters = {SessionFilter(store::Comparison::kIs, {session_id})};
    query.limit = kSessionCallsMax + 1;
    SessionRecord record;
    SG_ASSIGN_OR_RETURN(record.calls, store.List(query));
    if (record.calls.empty()) {
        return Error{ErrorCode::kNotFound, "no session has the id " + session_id};
    }
    record.truncated = record.calls.size() > kSessionCallsMax;
    record.calls.resize(std::min(record.calls.size(), kSessionCallsMax));
    std::reverse(record.calls.begin(), record.calls.end());
    std::vector<const Call*> calls;
    for (const Call& call : record.calls) {
        calls.push_back(&call);
    }
    record.summary = SummaryOf(std::move(calls));
    SG_ASSIGN_OR_RETURN(auto feedback, FindFeedback(record.calls, store));
    record.feedback = std::move(feedback[session_id]);
    TakeOutcome(record.feedback, record.summary);
    return record;
}

}  // namespace sightglass::analytics
