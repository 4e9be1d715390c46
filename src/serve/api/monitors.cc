// /api/v1/monitors: what is watched, and what it would have found.
#include <utility>

#include "alert/alert_text.h"
#include "alert/monitoring.h"
#include "alert/replay.h"
#include "analytics/time_range.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "serve/api/alert_json.h"
#include "serve/api/handlers.h"
#include "serve/audited.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using alert::Monitor;
using alert::Monitoring;
using alert::MonitorView;

std::string_view StatusOf(const MonitorView& view) {
    if (!view.monitor->enabled) {
        return "off";
    }
    if (!view.last.trouble.empty()) {
        return "trouble";
    }
    if (view.firing > 0) {
        return "firing";
    }
    if (view.pending > 0) {
        return "pending";
    }
    if (view.last.at == Time{}) {
        return "waiting";
    }
    return view.last.judged > 0 ? "ok" : "no_data";
}

void WriteMonitor(codec::JsonWriter& json, const MonitorView& view) {
    json.BeginObject();
    alert::WriteMembers(json, *view.monitor);
    json.Key("state").BeginObject().Key("status").String(StatusOf(view));
    json.Key("changed").Bool(view.changed).Key("groups").Int(view.last.groups);
    json.Key("firing").Int(view.firing).Key("pending").Int(view.pending);
    json.Key("left_out").Int(view.last.left_out);
    json.Key("evaluated_at")
        .StringOrNull(view.last.at == Time{} ? std::string() : FormatTime(view.last.at));
    json.Key("every").String(view.last.live ? "1s" : "10s");
    json.Key("trouble").StringOrNull(view.last.trouble).EndObject();
    json.EndObject();
}

net::HttpResponse AnswerMonitor(const Result<MonitorView>& view, int status) {
    if (!view.Ok()) {
        return ProblemOfAlert(view.error());
    }
    codec::JsonWriter json;
    WriteMonitor(json, *view);
    net::HttpResponse response = Json(json.Take());
    response.status = status;
    return response;
}

/// The monitor that the body says; of a new one, with an id made of its name where it has none.
Result<Monitor> ReadNew(std::string_view body, Monitor base) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(body));
    if (base.id.empty()) {
        base.id = alert::IdOf(root.Get("name").String().value_or(""));
    }
    return alert::ParseMonitor(body, base);
}

/// Says in the audit log what is to be done next, does it, and answers.
template <typename Work>
net::HttpResponse
Audited(const Services& services, std::string_view action, const std::string& id, Work&& work) {
    const auto entry = AuditEntryOf(services, action, id, "");
    if (auto refused = RefuseUnaudited(services, entry)) {
        return std::move(*refused);
    }
    const Result<MonitorView> done = work();
    if (!done.Ok()) {
        AuditFailure(services, entry);
    }
    return AnswerMonitor(done, action == "monitor_made" ? 201 : 200);
}

void WriteReplayedGroup(
    codec::JsonWriter& json,
    const Monitor& monitor,
    const alert::ReplayedGroup& group
) {
    json.BeginObject().Key("group");
    alert::WriteGroup(json, monitor, group.group);
    json.Key("points").BeginArray();
    for (const auto& [at, value] : group.points) {
        json.BeginArray().String(FormatTime(at));
        WriteValue(json, value);
        json.EndArray();
    }
    json.EndArray().Key("alerts").BeginArray();
    for (const alert::ReplayedAlert& alert : group.alerts) {
        json.BeginObject().Key("pending_at").String(FormatTime(alert.pending_at));
        json.Key("fired_at").String(FormatTime(alert.fired_at));
        json.Key("resolved_at")
            .StringOrNull(alert.resolved_at ? FormatTime(*alert.resolved_at) : std::string());
        WriteValue(json.Key("value"), alert.value);
        json.Key("why").StringOrNull(alert.why).EndObject();
    }
    json.EndArray().EndObject();
}

}  // namespace

net::HttpResponse ListMonitors(const Services& services, const ApiRequest& /*request*/) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const MonitorView& view : services.deps.monitoring->Monitors()) {
        WriteMonitor(json, view);
    }
    json.EndArray().Key("next").Null().EndObject();
    return Json(json.Take());
}

net::HttpResponse GetMonitor(const Services& services, const ApiRequest& request) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    const auto view = services.deps.monitoring->FindMonitor(request.path_value);
    return view ? AnswerMonitor(*view, 200)
                : Problem(404, "not_found", "There is no monitor of that id.");
}

net::HttpResponse MakeMonitor(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseAlertChange(services, request)) {
        return std::move(*refused);
    }
    auto monitor = ReadNew(request.http.body, {});
    if (!monitor.Ok()) {
        return BadAlertBody(monitor.error());
    }
    const std::string id = monitor->id;
    return Audited(services, "monitor_made", id, [&] {
        return services.deps.monitoring->Make(std::move(monitor).value());
    });
}

net::HttpResponse PutMonitor(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseAlertChange(services, request)) {
        return std::move(*refused);
    }
    Monitor base;
    base.id = request.path_value;
    auto monitor = ReadNew(request.http.body, base);
    if (!monitor.Ok()) {
        return BadAlertBody(monitor.error());
    }
    if (monitor->id != request.path_value) {
        return Problem(400, "invalid_argument", "id: it is another one than in the path");
    }
    return Audited(services, "monitor_changed", request.path_value, [&] {
        return services.deps.monitoring->Put(std::move(monitor).value());
    });
}

net::HttpResponse ChangeMonitor(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseAlertChange(services, request)) {
        return std::move(*refused);
    }
    const std::string& id = request.path_value;
    const auto was = services.deps.monitoring->FindMonitor(id);
    if (!was) {
        return Problem(404, "not_found", "There is no monitor of that id.");
    }
    const auto change = [&](const Monitor& monitor) {
        return alert::ParseMonitor(request.http.body, monitor);
    };
    const auto tried = change(*was->monitor);
    if (!tried.Ok()) {
        return BadAlertBody(tried.error());
    }
    if (tried->id != id) {
        return Problem(400, "invalid_argument", "id: a monitor's stays what it is");
    }
    return Audited(services, "monitor_changed", id, [&] {
        return services.deps.monitoring->Change(id, change);
    });
}

net::HttpResponse RemoveMonitor(const Services& services, const ApiRequest& request) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    if (!services.deps.monitoring->FindMonitor(request.path_value)) {
        return Problem(404, "not_found", "There is no monitor of that id.");
    }
    return Audited(services, "monitor_removed", request.path_value, [&] {
        return services.deps.monitoring->Remove(request.path_value);
    });
}

net::HttpResponse PreviewMonitor(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseAlertChange(services, request)) {
        return std::move(*refused);
    }
    codec::JsonParser parser;
    const auto root = parser.Parse(request.http.body);
    if (!root.Ok()) {
        return BadAlertBody(root.error());
    }
    auto monitor = ReadNew(root->Get("monitor").Text(), {});
    if (!monitor.Ok()) {
        return BadAlertBody(monitor.error());
    }
    const auto range = analytics::ParseTimeRange(
        root->Get("from").String().value_or(""),
        root->Get("to").String().value_or(""),
        services.deps.clock.Now()
    );
    if (!range.Ok()) {
        return BadAlertBody(range.error());
    }
    const auto replay = alert::ReplayMonitor(*monitor, services.deps.store, range->from, range->to);
    if (!replay.Ok()) {
        return Problem(replay.error());
    }
    codec::JsonWriter json;
    json.BeginObject().Key("from").String(FormatTime(replay->from));
    json.Key("to").String(FormatTime(replay->to));
    json.Key("step").String(FormatDuration(monitor->window));
    json.Key("alerts").Int(replay->alerts).Key("groups").BeginArray();
    for (const alert::ReplayedGroup& group : replay->groups) {
        WriteReplayedGroup(json, *monitor, group);
    }
    json.EndArray().Key("left_out").Int(replay->left_out);
    return Json(json.EndObject().Take());
}

}  // namespace sightglass::serve
