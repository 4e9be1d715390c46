#include "analytics/trace_list.h"

#include <utility>

#include "analytics/cursor_time.h"
#include "analytics/filter_text.h"
#include "analytics/names.h"
#include "analytics/time_range.h"

namespace sightglass::analytics {
namespace {

constexpr std::size_t kTraceIdBytesMax = 512;
constexpr Time kEarliest = TimeFromMicros(0);
constexpr Time kLatest = TimeFromMicros(7'258'118'400'000'000);  // 2200-01-01

Result<store::TraceQuery::Cursor> DecodeCursor(std::string_view text) {
    std::optional<TextCursor> cursor = ReadTextCursor(text);
    if (!cursor || cursor->id.size() > kTraceIdBytesMax) {
        return Refuse("cursor", Quote(text) + " is not the 'next' of a page");
    }
    return store::TraceQuery::Cursor{cursor->time, std::move(cursor->id)};
}

}  // namespace

Result<store::TraceQuery>
ParseTraceList(const TraceListText& text, Time now, std::vector<std::string_view>* allowed) {
    store::TraceQuery query;
    SG_ASSIGN_OR_RETURN(const TimeRange range, ParseTimeRange(text.from, text.to, now));
    query.from = range.from;
    query.to = range.to;
    SG_ASSIGN_OR_RETURN(query.filters, ParseFilters(text.filters, {}, allowed));
    const std::int64_t limit = text.limit.value_or(kDefaultPageTraces);
    if (limit < 1 || limit > kPageTracesMax) {
        return Refuse(
            "limit",
            std::to_string(limit) + " is not from 1 to " + std::to_string(kPageTracesMax)
        );
    }
    query.limit = static_cast<std::size_t>(limit);
    if (!text.cursor.empty()) {
        SG_ASSIGN_OR_RETURN(query.before, DecodeCursor(text.cursor));
    }
    return query;
}

Result<TracePage> ListTraces(const store::TraceQuery& query, const store::Store& store) {
    store::TraceQuery one_more = query;
    ++one_more.limit;  // Whether there is a next page.
    TracePage page;
    SG_ASSIGN_OR_RETURN(page.traces, store.ListTraces(one_more));
    if (page.traces.size() > query.limit) {
        page.traces.resize(query.limit);
        const store::TraceSummary& last = page.traces.back();
        page.next = WriteTextCursor(last.started_at, last.trace_id);
    }
    return page;
}

Result<store::TraceKey>
ParseTraceKey(std::string_view trace_id, std::string_view from, std::string_view to, Time now) {
    if (trace_id.empty() || trace_id.size() > kTraceIdBytesMax) {
        return Refuse("id", Quote(trace_id) + " is no trace id");
    }
    store::TraceKey key;
    key.trace_id = trace_id;
    key.from = kEarliest;
    key.to = kLatest;
    if (!from.empty()) {
        SG_ASSIGN_OR_RETURN(key.from, ParseTime(from, now));
    }
    if (!to.empty()) {
        SG_ASSIGN_OR_RETURN(key.to, ParseTime(to, now));
    }
    if (key.from >= key.to) {
        return Refuse("from", "is not before to");
    }
    return key;
}

}  // namespace sightglass::analytics
