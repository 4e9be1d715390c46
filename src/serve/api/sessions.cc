// /api/v1/sessions: what users and applications said to each other in one conversation, and one conversation turn by turn.
#include "analytics/session_list.h"
#include "analytics/trace_list.h"
#include "call/catalogue.h"
#include "codec/json_writer.h"
#include "serve/api/feedback_json.h"
#include "serve/api/handlers.h"
#include "serve/api/optional_json.h"
#include "serve/api/page.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using codec::JsonWriter;

std::string_view OutcomeName(analytics::SessionOutcome outcome) {
    switch (outcome) {
        case analytics::SessionOutcome::kPositive:
            return "positive";
        case analytics::SessionOutcome::kNegative:
            return "negative";
        case analytics::SessionOutcome::kUnknown:
            break;
    }
    return {};
}

void WriteSummary(JsonWriter& json, const analytics::SessionSummary& session) {
    json.Key("session_id").String(session.session_id);
    json.Key("found").Bool(session.found);
    json.Key("user").StringOrNull(session.user);
    json.Key("service").StringOrNull(session.service);
    json.Key("api_key_label").StringOrNull(session.api_key_label);
    json.Key("started_at").String(FormatTime(session.started_at));
    json.Key("ended_at").String(FormatTime(session.ended_at));
    json.Key("duration_us").Int(session.duration_us);
    json.Key("idle_us").Int(session.idle_us);
    json.Key("turns").Int(session.turns);
    json.Key("calls").Int(session.calls);
    json.Key("repeats").Int(session.repeats);
    json.Key("errors").Int(session.errors);
    json.Key("abandoned").Bool(session.abandoned);
    WriteInt(json, "input_tokens", session.input_tokens);
    WriteInt(json, "output_tokens", session.output_tokens);
    WriteCost(json, session.cost);
    json.Key("models").BeginArray();
    for (const std::string& model : session.models) {
        json.String(model);
    }
    json.EndArray();
    json.Key("scenario").StringOrNull(session.scenario);
    json.Key("outcome").StringOrNull(OutcomeName(session.outcome));
}

void WriteCall(JsonWriter& json, const Call& call) {
    json.BeginObject();
    json.Key("call_id").String(ToString(call.call_id));
    WriteInt(json, "turn", call.turn);
    json.Key("retry_of").StringOrNull(call.retry_of);
    json.Key("started_at").String(FormatTime(*call.started_at));
    json.Key("ended_at").StringOrNull(call.ended_at ? FormatTime(*call.ended_at) : "");
    WriteInt(json, "latency_us", call.latency_us);
    WriteInt(json, "ttft_us", call.ttft_us);
    json.Key("operation").StringOrNull(NameOf(call.operation));
    json.Key("model").StringOrNull(call.model.empty() ? call.model_requested : call.model);
    json.Key("status").StringOrNull(NameOf(call.status));
    json.Key("error_type").StringOrNull(NameOf(call.error_type));
    json.Key("finish_reason").StringOrNull(call.finish_reason);
    WriteInt(json, "input_tokens", call.InputTokens());
    WriteInt(json, "output_tokens", call.output_tokens);
    WriteInt(json, "total_tokens", Evaluate(Quantity::kTotalTokens, call));
    WriteCost(json, call.cost);
    json.EndObject();
}

}  // namespace

net::HttpResponse ListSessionRecords(const Services& services, const ApiRequest& request) {
    analytics::SessionListText text;
    for (const std::string_view filter : request.parameters.All("filter")) {
        text.filters.emplace_back(filter);
    }
    text.order_by = request.parameters.Get("order_by");
    const Collection<analytics::SessionListText, analytics::SessionQuery, analytics::SessionPage>
        collection{
            analytics::kDefaultPageSessions,
            analytics::kPageSessionsMax,
            analytics::ParseSessionList,
            analytics::ListSessions,
            [](JsonWriter& json, const analytics::SessionPage& page) {
                json.BeginArray();
                for (const analytics::SessionSummary& session : page.sessions) {
                    json.BeginObject();
                    WriteSummary(json, session);
                    json.EndObject();
                }
                json.EndArray();
            }};
    return AnswerPage(services, request, collection, std::move(text));
}

net::HttpResponse GetSessionRecord(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    // Times are read, and an id is bounded, as those of a trace.
    const auto key = analytics::ParseTraceKey(
        request.path_value,
        parameters.Get("from"),
        parameters.Get("to"),
        services.deps.clock.Now()
    );
    if (!key.Ok()) {
        return Problem(key.error());
    }
    const auto record =
        analytics::FindSession(key->trace_id, key->from, key->to, services.deps.store);
    if (!record.Ok()) {
        return record.error().code == ErrorCode::kNotFound
                   ? Problem(404, "not_found", "There is no session of this id.")
                   : Problem(record.error());
    }
    JsonWriter json;
    json.BeginObject();
    WriteSummary(json, record->summary);
    json.Key("truncated").Bool(record->truncated);
    json.Key("items").BeginArray();
    for (const Call& call : record->calls) {
        WriteCall(json, call);
    }
    json.EndArray().Key("feedback");
    WriteFeedbackList(json, record->feedback);
    json.EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve
