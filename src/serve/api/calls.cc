// /api/v1/calls: the request log, and one call whole.
#include "analytics/call_list.h"
#include "base/uuid.h"
#include "call/record_ids.h"
#include "codec/json_writer.h"
#include "serve/api/call_json.h"
#include "serve/api/feedback_json.h"
#include "serve/api/handlers.h"
#include "serve/api/query_body.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

void WriteContent(codec::JsonWriter& json, const Result<Content>& content) {
    json.Key("content");
    if (!content.Ok()) {
        json.Null();
        return;
    }
    json.BeginObject();
    json.Key("input").String(content.value().input);
    json.Key("output").String(content.value().output);
    json.Key("redacted").Bool(content.value().redacted);
    json.Key("truncated").Bool(content.value().truncated);
    json.EndObject();
}

}  // namespace

net::HttpResponse ListCalls(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    const auto limit =
        parameters.Count("limit", analytics::kDefaultPageCalls, analytics::kPageCallsMax);
    if (!limit.Ok()) {
        return Problem(limit.error());
    }
    analytics::CallListText text;
    text.from = parameters.Get("from");
    text.to = parameters.Get("to");
    for (const std::string_view filter : parameters.All("filter")) {
        text.filters.emplace_back(filter);
    }
    text.search = parameters.Get("q");
    text.limit = *limit;
    text.cursor = parameters.Get("cursor");
    std::vector<std::string_view> allowed;
    const auto query = analytics::ParseCallList(text, services.deps.clock.Now(), &allowed);
    if (!query.Ok()) {
        return BadQuestion(query.error(), allowed);
    }
    const auto page = analytics::ListCalls(*query, services.deps.store);
    if (!page.Ok()) {
        return Problem(page.error());
    }
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const Call& call : page->calls) {
        json.BeginObject();
        WriteCallMembers(json, call, CallShape::kSummary);
        json.EndObject();
    }
    json.EndArray().Key("next");
    if (page->next.empty()) {
        json.Null();
    } else {
        json.String(page->next);
    }
    json.EndObject();
    return Json(json.Take());
}

/// The content of a call, or of one of the records that it was joined of, the first first.
Result<Content> FindContentOf(const store::Store& store, const Call& call) {
    Result<Content> content = store.FindContent(call.call_id);
    if (content.Ok() || content.error().code != ErrorCode::kNotFound || call.joined.empty()) {
        return content;
    }
    for (const Uuid& id : RecordIdsOf(call)) {
        if (id != call.call_id) {
            content = store.FindContent(id);
        }
        if (content.Ok() || content.error().code != ErrorCode::kNotFound) {
            break;
        }
    }
    return content;
}

net::HttpResponse GetCall(const Services& services, const ApiRequest& request) {
    const auto id = ParseUuid(request.path_value);
    if (!id.Ok()) {
        return Problem(400, "invalid_argument", "id: " + id.error().message);
    }
    const auto call = services.deps.store.Find(*id);
    if (!call.Ok()) {
        return call.error().code == ErrorCode::kNotFound
                   ? Problem(404, "not_found", "There is no call " + ToString(*id) + ".")
                   : Problem(call.error());
    }
    const auto content = FindContentOf(services.deps.store, *call);
    if (!content.Ok() && content.error().code != ErrorCode::kNotFound) {
        return Problem(content.error());
    }
    const auto feedback = services.deps.store.FindFeedback(*call);
    if (!feedback.Ok()) {
        return Problem(feedback.error());
    }
    codec::JsonWriter json;
    json.BeginObject();
    WriteCallMembers(json, *call, CallShape::kDetail);
    WriteContent(json, content);
    json.Key("feedback");
    WriteFeedbackList(json, *feedback);
    json.EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve
