#include "capture/otlp/score_request.h"

#include <utility>

#include "codec/json_writer.h"
#include "dialect/langfuse/scores.h"

namespace sightglass::capture {
namespace {

using dialect::langfuse::Event;

constexpr int kCreated = 201;
constexpr int kRefused = 400;
constexpr int kMultiStatus = 207;

std::string BatchAnswer(const std::vector<Event>& events) {
    codec::JsonWriter json;
    json.BeginObject().Key("successes").BeginArray();
    for (const Event& event : events) {
        if (event.refusal.empty()) {
            json.BeginObject().Key("id").String(event.id).Key("status").Int(kCreated).EndObject();
        }
    }
    json.EndArray().Key("errors").BeginArray();
    for (const Event& event : events) {
        if (!event.refusal.empty()) {
            json.BeginObject().Key("id").String(event.id).Key("status").Int(kRefused);
            json.Key("message").String("Invalid request data");
            json.Key("error").String(event.refusal).EndObject();
        }
    }
    return json.EndArray().EndObject().Take();
}

}  // namespace

std::optional<ScorePath> ScorePathOf(std::string_view target) noexcept {
    const std::string_view path = target.substr(0, target.find('?'));
    if (path == "/api/public/ingestion") {
        return ScorePath::kBatch;
    }
    return path == "/api/public/scores" ? std::optional(ScorePath::kScore) : std::nullopt;
}

Result<ScoreRequest>
ReadScoreRequest(ScorePath path, std::string_view body, Time now, UuidSource& ids) {
    ScoreRequest request;
    if (path == ScorePath::kScore) {
        SG_ASSIGN_OR_RETURN(
            Feedback score,
            dialect::langfuse::ReadScore(body, now, ToString(ids.Next(now)))
        );
        codec::JsonWriter json;
        request.answer = json.BeginObject().Key("id").String(score.id).EndObject().Take();
        request.feedback.push_back(std::move(score));
        return request;
    }
    SG_ASSIGN_OR_RETURN(std::vector<Event> events, dialect::langfuse::ReadBatch(body, now));
    request.status = kMultiStatus;
    request.answer = BatchAnswer(events);
    for (Event& event : events) {
        if (event.feedback) {
            request.feedback.push_back(std::move(*event.feedback));
        }
    }
    return request;
}

}  // namespace sightglass::capture
