// /api/v1/feedback: what users, and programs that judge, say of answers.
#include "analytics/feedback_list.h"
#include "serve/api/feedback_body.h"
#include "serve/api/feedback_json.h"
#include "serve/api/handlers.h"
#include "serve/api/page.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {

using codec::JsonWriter;

void WriteFeedback(JsonWriter& json, const Feedback& feedback) {
    json.BeginObject().Key("id").String(feedback.id);
    json.Key("created_at").String(FormatTime(feedback.created_at));
    json.Key("call_id").StringOrNull(feedback.call_id.IsNil() ? "" : ToString(feedback.call_id));
    json.Key("provider_response_id").StringOrNull(feedback.provider_response_id);
    json.Key("trace_id").StringOrNull(feedback.trace_id);
    json.Key("span_id").StringOrNull(feedback.span_id);
    json.Key("session_id").StringOrNull(feedback.session_id);
    json.Key("score");
    if (feedback.score) {
        json.Double(*feedback.score);
    } else {
        json.Null();
    }
    json.Key("name").StringOrNull(feedback.name);
    json.Key("label").StringOrNull(feedback.label);
    json.Key("comment").StringOrNull(feedback.comment);
    json.Key("user").StringOrNull(feedback.user);
    json.Key("source").StringOrNull(feedback.source ? ToString(*feedback.source) : "");
    json.EndObject();
}

void WriteFeedbackList(JsonWriter& json, const std::vector<Feedback>& all) {
    json.BeginArray();
    for (const Feedback& feedback : all) {
        WriteFeedback(json, feedback);
    }
    json.EndArray();
}

net::HttpResponse ListFeedback(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    analytics::FeedbackListText text;
    text.call_id = parameters.Get("call_id");
    text.provider_response_id = parameters.Get("provider_response_id");
    text.trace_id = parameters.Get("trace_id");
    text.session_id = parameters.Get("session_id");
    text.name = parameters.Get("name");
    text.user = parameters.Get("user");
    text.source = parameters.Get("source");
    const Collection<analytics::FeedbackListText, store::FeedbackQuery, analytics::FeedbackPage>
        collection{
            analytics::kDefaultPageFeedback,
            analytics::kPageFeedbackMax,
            analytics::ParseFeedbackList,
            analytics::ListFeedback,
            [](JsonWriter& json, const analytics::FeedbackPage& page) {
                WriteFeedbackList(json, page.feedback);
            }};
    return AnswerPage(services, request, collection, std::move(text));
}

net::HttpResponse GiveFeedback(const Services& services, const ApiRequest& request) {
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    auto feedback = ReadFeedbackBody(request.http.body, services.deps.clock.Now());
    if (!feedback.Ok()) {
        return Problem(400, "invalid_argument", feedback.error().message);
    }
    if (!services.deps.take_feedback) {
        return Problem(409, "conflict", "This server takes no feedback.");
    }
    const auto taken = services.deps.take_feedback(std::move(*feedback));
    if (!taken.Ok()) {
        net::HttpResponse response = Problem(taken.error());
        if (response.status == 503) {
            response.headers.push_back({"Retry-After", "1"});
        }
        return response;
    }
    JsonWriter json;
    WriteFeedback(json, *taken);
    net::HttpResponse response = Json(json.Take());
    response.status = 201;
    return response;
}

}  // namespace sightglass::serve
