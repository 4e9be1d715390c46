#include "analytics/feedback_list.h"

#include <array>
#include <utility>

#include "analytics/cursor_time.h"
#include "analytics/names.h"
#include "analytics/time_range.h"
#include "store/feedback_subjects.h"

namespace sightglass::analytics {
namespace {

Result<store::FeedbackSubjects> ReadSubjects(const FeedbackListText& text) {
    store::FeedbackSubjects about;
    if (!text.call_id.empty()) {
        const Result<Uuid> id = ParseUuid(text.call_id);
        if (!id.Ok()) {
            return Refuse("call_id", Quote(text.call_id) + " is no call_id");
        }
        about.call_ids.push_back(*id);
    }
    store::AddSubjects(text.provider_response_id, text.trace_id, text.session_id, about);
    return about;
}

Result<std::optional<FeedbackSource>>
ReadSource(const std::string& text, std::vector<std::string_view>* allowed) {
    const std::optional<FeedbackSource> source = ParseFeedbackSource(text);
    if (text.empty() || source) {
        return source;
    }
    constexpr auto kCount = static_cast<std::size_t>(FeedbackSource::kCount_);
    std::array<std::string_view, kCount> names;
    for (std::size_t i = 0; i < kCount; ++i) {
        names[i] = ToString(static_cast<FeedbackSource>(i));
    }
    return UnknownName("source", "source of feedback", text, names, allowed);
}

}  // namespace

Result<store::FeedbackQuery>
ParseFeedbackList(const FeedbackListText& text, Time now, std::vector<std::string_view>* allowed) {
    store::FeedbackQuery query;
    SG_ASSIGN_OR_RETURN(const TimeRange range, ParseTimeRange(text.from, text.to, now));
    query.from = range.from;
    query.to = range.to;
    SG_ASSIGN_OR_RETURN(query.about, ReadSubjects(text));
    SG_ASSIGN_OR_RETURN(query.source, ReadSource(text.source, allowed));
    query.name = text.name;
    query.user = text.user;
    const std::int64_t limit = text.limit.value_or(kDefaultPageFeedback);
    if (limit < 1 || limit > kPageFeedbackMax) {
        return Refuse(
            "limit",
            std::to_string(limit) + " is not from 1 to " + std::to_string(kPageFeedbackMax)
        );
    }
    query.limit = static_cast<std::size_t>(limit);
    if (!text.cursor.empty()) {
        std::optional<TextCursor> cursor = ReadTextCursor(text.cursor);
        if (!cursor) {
            return Refuse("cursor", Quote(text.cursor) + " is not the 'next' of a page");
        }
        query.before = {cursor->time, std::move(cursor->id)};
    }
    return query;
}

Result<FeedbackPage> ListFeedback(const store::FeedbackQuery& query, const store::Store& store) {
    store::FeedbackQuery one_more = query;
    ++one_more.limit;  // Whether there is a next page.
    FeedbackPage page;
    SG_ASSIGN_OR_RETURN(page.feedback, store.ListFeedback(one_more));
    if (page.feedback.size() > query.limit) {
        page.feedback.resize(query.limit);
        const Feedback& last = page.feedback.back();
        page.next = WriteTextCursor(last.created_at, last.id);
    }
    return page;
}

}  // namespace sightglass::analytics
