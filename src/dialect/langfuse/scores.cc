#include "dialect/langfuse/scores.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "codec/json.h"

namespace sightglass::dialect::langfuse {
namespace {

using codec::JsonValue;

constexpr Time kEarliest = TimeFromMicros(946'684'800'000'000);  // 2000-01-01
constexpr Time kLatest = TimeFromMicros(7'258'118'400'000'000);  // 2200-01-01
constexpr std::size_t kEventIdBytesMax = 200;
constexpr std::string_view kTakesScores =
    "Sightglass takes scores here; traces come as OpenTelemetry at /api/public/otel/v1/traces";

Error Wrong(std::string_view member, std::string_view allowed) {
    return Error{
        ErrorCode::kInvalidArgument,
        std::string(member) + ": allowed: " + std::string(allowed)};
}

std::string TextOf(JsonValue value) {
    return std::string(value.String().value_or(""));
}

Time TimeOf(JsonValue value, Time now) {
    const Result<Time> time = ParseTime(value.String().value_or(""), now);
    return time.Ok() && *time >= kEarliest && *time < kLatest ? *time : now;
}

/// A text that is too long is cut: a client that has sent it will not send it again.
void AddToComment(std::string_view text, std::string& comment) {
    comment += comment.empty() || text.empty() ? "" : "\n";
    comment += text;
    comment.resize(std::min(comment.size(), kFeedbackCommentBytesMax));
}

Status ReadNumber(JsonValue value, Feedback& feedback) {
    const std::optional<double> number = value.Double();
    if (!number || !std::isfinite(*number)) {
        return Wrong("value", "a number, as the dataType says");
    }
    feedback.score = *number;
    return {};
}

Status ReadBoolean(JsonValue value, Feedback& feedback) {
    const std::optional<bool> word = value.Bool();
    const std::optional<double> number = word ? std::optional(*word ? 1.0 : 0.0) : value.Double();
    if (number != 0.0 && number != 1.0) {
        return Wrong("value", "0 or 1, as the dataType says");
    }
    feedback.label = number == 1.0 ? "true" : "false";
    feedback.score = ScoreOfLabel(feedback.label);
    return {};
}

/// The value by its type; without one, by what it is.
Status ReadValue(JsonValue score, Feedback& feedback) {
    const JsonValue value = score.Get("value");
    const std::string_view type = score.Get("dataType").String().value_or("");
    if (type == "BOOLEAN" || (type.empty() && value.Bool())) {
        return ReadBoolean(value, feedback);
    }
    if (type == "NUMERIC" || (type.empty() && !value.IsString())) {
        return ReadNumber(value, feedback);
    }
    const bool is_comment = type == "TEXT" || type == "CORRECTION";
    if (!value.IsString() || !(type.empty() || type == "CATEGORICAL" || is_comment)) {
        return Wrong(
            "dataType",
            "NUMERIC or BOOLEAN with a number; CATEGORICAL, TEXT or CORRECTION with a text"
        );
    }
    if (is_comment) {
        AddToComment(value.String().value_or(""), feedback.comment);
    } else {
        feedback.label = TextOf(value);
        feedback.score = ScoreOfLabel(feedback.label);
    }
    return {};
}

Result<Feedback> FeedbackOf(JsonValue score, Time given_at, std::string_view made_id) {
    if (!score.IsObject()) {
        return Wrong("body", "a score: an object");
    }
    Feedback feedback;
    feedback.source = FeedbackSource::kLangfuse;
    feedback.created_at = given_at;
    feedback.id = TextOf(score.Get("id"));
    if (feedback.id.empty()) {
        feedback.id = made_id;
    }
    feedback.name = TextOf(score.Get("name"));
    feedback.trace_id = TextOf(score.Get("traceId"));
    if (feedback.trace_id.empty()) {
        feedback.session_id = TextOf(score.Get("sessionId"));
    } else {
        feedback.span_id = TextOf(score.Get("observationId"));
    }
    if (feedback.trace_id.empty() && feedback.session_id.empty()) {
        return Wrong("traceId, sessionId", "one of them; experiments are not kept here");
    }
    SG_TRY(ReadValue(score, feedback));
    AddToComment(score.Get("comment").String().value_or(""), feedback.comment);
    SG_TRY(CheckFeedback(feedback));
    return feedback;
}

Event ReadEvent(JsonValue value, Time now) {
    Event event;
    event.id = value.Get("id").String().value_or("").substr(0, kEventIdBytesMax);
    const std::string_view type = value.Get("type").String().value_or("");
    if (type == "sdk-log") {
        return event;  // What an SDK tells of itself: taken, and not kept.
    }
    if (type != "score-create") {
        event.refusal = type.empty() ? "type: allowed: score-create" : kTakesScores;
        return event;
    }
    auto feedback = FeedbackOf(value.Get("body"), TimeOf(value.Get("timestamp"), now), event.id);
    if (feedback.Ok()) {
        event.feedback = std::move(*feedback);
    } else {
        event.refusal = feedback.error().message;
    }
    return event;
}

}  // namespace

Result<std::vector<Event>> ReadBatch(std::string_view body, Time now) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(body));
    const JsonValue batch = root.Get("batch");
    if (!batch.IsArray()) {
        return Wrong("batch", "an array of events");
    }
    if (batch.Size() > kBatchEventsMax) {
        return Error{
            ErrorCode::kTooLarge,
            "batch: allowed: up to " + std::to_string(kBatchEventsMax) + " events"};
    }
    std::vector<Event> events;
    events.reserve(batch.Size());
    batch.ForEach([&](std::string_view, JsonValue value) {
        events.push_back(ReadEvent(value, now));
        return true;
    });
    return events;
}

Result<Feedback> ReadScore(std::string_view body, Time now, std::string_view made_id) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(body));
    return FeedbackOf(root, TimeOf(root.Get("timestamp"), now), made_id);
}

}  // namespace sightglass::dialect::langfuse
