#include "serve/api/feedback_body.h"

#include <array>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/json_body.h"

namespace sightglass::serve {
namespace {

using codec::JsonValue;
using codec::NotAllowed;

constexpr Time kEarliest = TimeFromMicros(946'684'800'000'000);  // 2000-01-01
constexpr Time kLatest = TimeFromMicros(7'258'118'400'000'000);  // 2200-01-01

constexpr auto kTexts = std::to_array<std::pair<std::string_view, std::string Feedback::*>>({
    {"id", &Feedback::id},
    {"provider_response_id", &Feedback::provider_response_id},
    {"trace_id", &Feedback::trace_id},
    {"span_id", &Feedback::span_id},
    {"session_id", &Feedback::session_id},
    {"name", &Feedback::name},
    {"label", &Feedback::label},
    {"comment", &Feedback::comment},
    {"user", &Feedback::user},
});

Status ReadScore(JsonValue value, Feedback& feedback) {
    const auto word = value.Bool();
    feedback.score = word ? std::optional(*word ? 1.0 : -1.0) : value.Double();
    const bool fits = feedback.score && *feedback.score >= -1 && *feedback.score <= 1;
    return fits ? Status() : NotAllowed("score", "a number from -1 to 1, or true or false");
}

Status ReadTime(JsonValue value, Time now, Feedback& feedback) {
    const auto time = ParseTime(value.String().value_or(""), now);
    if (!time.Ok() || *time < kEarliest || *time >= kLatest) {
        return NotAllowed("created_at", "a time such as 2026-11-22T10:00:00Z");
    }
    feedback.created_at = *time;
    return {};
}

Status ReadMember(std::string_view name, JsonValue value, Time now, Feedback& feedback) {
    if (value.IsNull()) {
        return {};
    }
    if (name == "score") {
        return ReadScore(value, feedback);
    }
    if (name == "created_at") {
        return ReadTime(value, now, feedback);
    }
    if (name == "call_id") {
        const auto id = ParseUuid(value.String().value_or(""));
        if (!id.Ok() || id->IsNil()) {
            return NotAllowed("call_id", "the id of a call, as x-sightglass-call-id has it");
        }
        feedback.call_id = *id;
        return {};
    }
    for (const auto& [member, text] : kTexts) {
        if (name == member) {
            feedback.*text = value.String().value_or("");
            return value.IsString() ? Status() : NotAllowed(name, "a text");
        }
    }
    return NotAllowed(
        name,
        "the members id, created_at, call_id, provider_response_id, trace_id, span_id, session_id, "
        "score, name, label, comment, user"
    );
}

}  // namespace

Result<Feedback> ReadFeedbackBody(std::string_view body, Time now) {
    Feedback feedback;
    feedback.source = FeedbackSource::kApi;
    SG_TRY(codec::ReadMembers(body, [&](std::string_view name, JsonValue value) {
        return ReadMember(name, value, now, feedback);
    }));
    if (!feedback.score) {
        feedback.score = ScoreOfLabel(feedback.label);
    }
    Feedback with_id = feedback;
    with_id.id = feedback.id.empty() ? "made" : feedback.id;
    SG_TRY(CheckFeedback(with_id));
    return feedback;
}

}  // namespace sightglass::serve
