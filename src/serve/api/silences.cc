// /api/v1/silences and /api/v1/alert-routes: of what nobody is told, and who is told of the rest.
#include <utility>

#include "alert/monitoring.h"
#include "codec/json_writer.h"
#include "serve/api/alert_json.h"
#include "serve/api/handlers.h"
#include "serve/audited.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using alert::SilenceView;

void WriteSilence(codec::JsonWriter& json, const SilenceView& view, Time now) {
    const alert::Silence& silence = view.silence;
    json.BeginObject().Key("id").String(silence.id).Key("matchers");
    alert::WriteMatchers(json, silence.matchers);
    json.Key("starts_at").String(FormatTime(silence.starts_at));
    json.Key("ends_at").String(FormatTime(silence.ends_at));
    json.Key("by").StringOrNull(silence.by).Key("comment").StringOrNull(silence.comment);
    json.Key("created_at").String(FormatTime(silence.created_at));
    const bool coming = now < silence.starts_at;
    json.Key("state").String(coming ? "coming" : silence.IsActive(now) ? "active" : "over");
    json.Key("alerts").Int(view.alerts).EndObject();
}

net::HttpResponse
AnswerSilence(const Services& services, const Result<SilenceView>& view, int status) {
    if (!view.Ok()) {
        return ProblemOfAlert(view.error());
    }
    codec::JsonWriter json;
    WriteSilence(json, *view, services.deps.clock.Now());
    net::HttpResponse response = Json(json.Take());
    response.status = status;
    return response;
}

}  // namespace

net::HttpResponse ListSilences(const Services& services, const ApiRequest& /*request*/) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const SilenceView& view : services.deps.monitoring->Silences()) {
        WriteSilence(json, view, services.deps.clock.Now());
    }
    json.EndArray().Key("next").Null().EndObject();
    return Json(json.Take());
}

net::HttpResponse MakeSilence(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseAlertChange(services, request)) {
        return std::move(*refused);
    }
    auto silence = alert::ParseSilence(request.http.body, services.deps.clock.Now());
    if (!silence.Ok()) {
        return BadAlertBody(silence.error());
    }
    const auto made = services.deps.monitoring->Silence(std::move(silence).value());
    if (made.Ok()) {
        codec::JsonWriter detail;
        detail.BeginObject().Key("matchers");
        alert::WriteMatchers(detail, made->silence.matchers);
        detail.Key("ends_at").String(FormatTime(made->silence.ends_at)).EndObject();
        static_cast<void>(
            Audit(services, AuditEntryOf(services, "silence_made", made->silence.id, detail.Take()))
        );
    }
    return AnswerSilence(services, made, 201);
}

net::HttpResponse EndSilence(const Services& services, const ApiRequest& request) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    const auto ended = services.deps.monitoring->EndSilence(request.path_value);
    if (ended.Ok()) {
        static_cast<void>(
            Audit(services, AuditEntryOf(services, "silence_ended", request.path_value, ""))
        );
    }
    return AnswerSilence(services, ended, 200);
}

net::HttpResponse ListAlertRoutes(const Services& services, const ApiRequest& /*request*/) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const alert::Route& route : services.deps.monitoring->Routes()) {
        alert::WriteRoute(json, route);
    }
    json.EndArray().Key("next").Null().EndObject();
    return Json(json.Take());
}

net::HttpResponse PutAlertRoutes(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseAlertChange(services, request)) {
        return std::move(*refused);
    }
    auto routes = alert::ParseRoutes(request.http.body);
    if (!routes.Ok()) {
        return BadAlertBody(routes.error());
    }
    const std::string detail = alert::ToJson(*routes);
    const auto entry = AuditEntryOf(services, "alert_routes_changed", "", detail);
    if (auto refused = RefuseUnaudited(services, entry)) {
        return std::move(*refused);
    }
    const Status set = services.deps.monitoring->SetRoutes(std::move(routes).value());
    if (!set.Ok()) {
        AuditFailure(services, entry);
        return ProblemOfAlert(set.error());
    }
    return ListAlertRoutes(services, request);
}

}  // namespace sightglass::serve
