// /api/v1/annotations: what somebody wrote down that had changed.
#include "insight/annotations.h"

#include <utility>

#include "analytics/time_range.h"
#include "codec/json_writer.h"
#include "serve/api/annotation_json.h"
#include "serve/api/case_handlers.h"
#include "serve/api/explanation_json.h"
#include "serve/audited.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using insight::Annotation;

constexpr std::string_view kDefaultFrom = "-90d";

/// What a change needs; nothing where it has it.
std::optional<net::HttpResponse>
RefuseChange(const Services& services, const net::HttpRequest* with_body) {
    if (services.deps.annotations == nullptr) {
        return Problem(Error{ErrorCode::kUnavailable, "this server keeps no annotations"});
    }
    if (with_body != nullptr && !HasJsonBody(*with_body)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    return std::nullopt;
}

net::HttpResponse Answer(const Result<Annotation>& annotation, int status) {
    if (!annotation.Ok()) {
        Error error = annotation.error();
        if (error.code == ErrorCode::kCorrupt) {
            error.code = ErrorCode::kInvalidArgument;
        }
        return Problem(error);
    }
    codec::JsonWriter json;
    WriteAnnotation(json, *annotation);
    net::HttpResponse response = Json(json.Take());
    response.status = status;
    return response;
}

}  // namespace

void WriteAnnotation(codec::JsonWriter& json, const Annotation& annotation) {
    json.BeginObject().Key("id").String(annotation.id);
    json.Key("at").String(FormatTime(annotation.at));
    json.Key("kind").String(ToString(annotation.kind));
    json.Key("name").String(annotation.name).Key("text").StringOrNull(annotation.text);
    json.Key("filters");
    WriteTexts(json, annotation.filters);
    json.Key("created_at").String(FormatTime(annotation.created_at));
    json.Key("changed_at").String(FormatTime(annotation.changed_at)).EndObject();
}

net::HttpResponse ListAnnotations(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseChange(services, nullptr)) {
        return *std::move(refused);
    }
    const auto range = analytics::ParseTimeRange(
        request.parameters.Get("from", kDefaultFrom),
        request.parameters.Get("to"),
        services.deps.clock.Now()
    );
    if (!range.Ok()) {
        return Problem(range.error());
    }
    const auto all = services.deps.annotations->Between(range->from, range->to);
    if (!all.Ok()) {
        return Problem(all.error());
    }
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const Annotation& annotation : *all) {
        WriteAnnotation(json, annotation);
    }
    json.EndArray().Key("next").Null().EndObject();
    return Json(json.Take());
}

net::HttpResponse MakeAnnotation(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseChange(services, &request.http)) {
        return *std::move(refused);
    }
    const Time now = services.deps.clock.Now();
    auto annotation = insight::ParseAnnotation(request.http.body, now, {.at = now});
    if (!annotation.Ok()) {
        return Answer(annotation, 400);
    }
    return Answer(
        services.deps.annotations
            ->Add(std::move(annotation).value(), AuditEntryOf(services, "annotation_made", "", "")),
        201
    );
}

net::HttpResponse GetAnnotation(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseChange(services, nullptr)) {
        return *std::move(refused);
    }
    return Answer(services.deps.annotations->Find(request.path_value), 200);
}

net::HttpResponse ChangeAnnotation(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseChange(services, &request.http)) {
        return *std::move(refused);
    }
    auto before = services.deps.annotations->Find(request.path_value);
    if (!before.Ok()) {
        return Answer(before, 404);
    }
    auto annotation = insight::ParseAnnotation(
        request.http.body,
        services.deps.clock.Now(),
        std::move(before).value()
    );
    if (!annotation.Ok()) {
        return Answer(annotation, 400);
    }
    return Answer(
        services.deps.annotations->Change(
            std::move(annotation).value(),
            AuditEntryOf(services, "annotation_changed", "", "")
        ),
        200
    );
}

net::HttpResponse RemoveAnnotation(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseChange(services, nullptr)) {
        return *std::move(refused);
    }
    const auto found = services.deps.annotations->Find(request.path_value);
    if (!found.Ok()) {
        return Answer(found, 404);
    }
    const Status removed = services.deps.annotations->Remove(
        request.path_value,
        AuditEntryOf(services, "annotation_removed", "", "")
    );
    return removed.Ok() ? Answer(found, 200) : Problem(removed.error());
}

}  // namespace sightglass::serve
