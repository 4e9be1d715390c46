#include "store/feedback_reference.h"

#include <algorithm>
#include <tuple>

#include "call/record_ids.h"
#include "store/traces.h"

namespace sightglass::store {
namespace {

template <typename Ids, typename Id>
bool Has(const Ids& ids, const Id& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool IsAbout(const Feedback& feedback, const Call& call) {
    if (!feedback.call_id.IsNil()) {
        return feedback.call_id == call.call_id || Has(RecordIdsOf(call), feedback.call_id);
    }
    if (!feedback.provider_response_id.empty()) {
        return feedback.provider_response_id == call.provider_response_id;
    }
    if (!feedback.trace_id.empty()) {
        return feedback.trace_id == call.trace_id;
    }
    return !feedback.session_id.empty() && feedback.session_id == call.session_id &&
           *call.started_at <= feedback.created_at;
}

bool IsSpanOf(const Feedback& feedback, const Call& call) {
    return !feedback.trace_id.empty() && !feedback.span_id.empty() &&
           (feedback.span_id == call.span_id || Has(RecordSpanIdsOf(call), feedback.span_id));
}

/// Null where there is none.
const Call* CallOf(const Feedback& feedback, const std::vector<const Call*>& calls) {
    std::vector<const Call*> named;
    Time latest = Time::min();
    for (const Call* call : calls) {
        if (call->started_at && IsAbout(feedback, *call)) {
            named.push_back(call);
            latest = std::max(latest, *call->started_at);
        }
    }
    const auto key = [&](const Call* call) {
        const bool is_span = IsSpanOf(feedback, *call) && *call->started_at >= latest - kTraceSpan;
        return std::tuple(is_span, *call->started_at, call->call_id);
    };
    const auto found =
        std::max_element(named.begin(), named.end(), [&](const Call* a, const Call* b) {
            return key(a) < key(b);
        });
    return found != named.end() ? *found : nullptr;
}

bool IsNewer(const Feedback& a, const Feedback& b) {
    return std::tie(a.created_at, a.id) > std::tie(b.created_at, b.id);
}

bool IsAboutOneOf(const FeedbackSubjects& about, const Feedback& feedback) {
    return about.Empty() || Has(about.call_ids, feedback.call_id) ||
           Has(about.provider_response_ids, feedback.provider_response_id) ||
           Has(about.trace_ids, feedback.trace_id) || Has(about.session_ids, feedback.session_id);
}

bool IsOnPage(const FeedbackQuery& query, const Feedback& feedback) {
    if (feedback.created_at < query.from || feedback.created_at >= query.to) {
        return false;
    }
    if (query.before && std::tie(feedback.created_at, feedback.id) >=
                            std::tie(query.before->created_at, query.before->id)) {
        return false;
    }
    return IsAboutOneOf(query.about, feedback) &&
           (query.name.empty() || query.name == feedback.name) &&
           (query.user.empty() || query.user == feedback.user) &&
           (!query.source || query.source == feedback.source);
}

}  // namespace

FeedbackByCall
Attribute(const std::vector<const Feedback*>& feedback, const std::vector<const Call*>& calls) {
    FeedbackByCall by_call;
    for (const Feedback* one : feedback) {
        if (const Call* call = CallOf(*one, calls)) {
            by_call[call->call_id].push_back(one);
        }
    }
    return by_call;
}

std::vector<Feedback> FeedbackOf(const Call& call, const FeedbackByCall& attributed) {
    std::vector<Feedback> all;
    if (const auto found = attributed.find(call.call_id); found != attributed.end()) {
        for (const Feedback* feedback : found->second) {
            all.push_back(*feedback);
        }
    }
    std::sort(all.begin(), all.end(), IsNewer);
    all.resize(std::min(all.size(), kFeedbackOfCallMax));
    return all;
}

std::vector<Feedback>
FeedbackFrom(const std::vector<const Feedback*>& feedback, const FeedbackQuery& query) {
    std::vector<Feedback> page;
    for (const Feedback* one : feedback) {
        if (IsOnPage(query, *one)) {
            page.push_back(*one);
        }
    }
    std::sort(page.begin(), page.end(), IsNewer);
    page.resize(std::min(page.size(), query.limit));
    return page;
}

}  // namespace sightglass::store
