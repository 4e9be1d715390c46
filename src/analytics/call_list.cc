#include "analytics/call_list.h"

#include "analytics/cursor_time.h"
#include "analytics/names.h"
#include "analytics/time_range.h"
#include "base/text.h"

namespace sightglass::analytics {
namespace {

constexpr std::size_t kIdDigits = 32;

}  // namespace

Result<store::CallQuery>
ParseCallList(const CallListText& text, Time now, std::vector<std::string_view>* allowed) {
    store::CallQuery query;
    SG_ASSIGN_OR_RETURN(const TimeRange range, ParseTimeRange(text.from, text.to, now));
    query.from = range.from;
    query.to = range.to;
    SG_ASSIGN_OR_RETURN(query.filters, ParseFilters(text.filters, text.conditions, allowed));
    if (text.search.size() > kSearchBytesMax) {
        return Refuse("q", "is longer than " + std::to_string(kSearchBytesMax) + " bytes");
    }
    query.text = text.search;
    const std::int64_t limit = text.limit.value_or(kDefaultPageCalls);
    if (limit < 1 || limit > kPageCallsMax) {
        return Refuse(
            "limit",
            std::to_string(limit) + " is not from 1 to " + std::to_string(kPageCallsMax)
        );
    }
    query.limit = static_cast<std::size_t>(limit);
    if (!text.cursor.empty()) {
        SG_ASSIGN_OR_RETURN(query.before, DecodeCursor(text.cursor));
    }
    return query;
}

Result<CallPage> ListCalls(const store::CallQuery& query, const store::Store& store) {
    store::CallQuery one_more = query;
    ++one_more.limit;  // Whether there is a next page.
    CallPage page;
    SG_ASSIGN_OR_RETURN(page.calls, store.List(one_more));
    if (page.calls.size() > query.limit) {
        page.calls.resize(query.limit);
        const Call& last = page.calls.back();
        page.next = EncodeCursor({last.started_at.value_or(Time()), last.call_id});
    }
    return page;
}

std::string EncodeCursor(const store::CallQuery::Cursor& cursor) {
    return WriteCursorTime(cursor.started_at) + ToHex(cursor.call_id.bytes);
}

Result<store::CallQuery::Cursor> DecodeCursor(std::string_view text) {
    const Error refused = Refuse("cursor", Quote(text) + " is not the 'next' of a page");
    const std::optional<Time> time = TakeCursorTime(text);
    if (!time || text.size() != kIdDigits) {
        return refused;
    }
    const Result<Uuid> id = ParseUuid(text);
    if (!id.Ok()) {
        return refused;
    }
    return store::CallQuery::Cursor{*time, *id};
}

}  // namespace sightglass::analytics
