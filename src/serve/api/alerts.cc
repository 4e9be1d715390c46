// /api/v1/alerts: what is alarming, what was, and who looks after it.
#include <algorithm>
#include <utility>

#include "alert/alert_text.h"
#include "alert/monitoring.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "serve/api/alert_json.h"
#include "serve/api/handlers.h"
#include "serve/audited.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using alert::AlertView;

constexpr std::int64_t kPageDefault = 100;
constexpr std::int64_t kPageMax = 1'000;
constexpr std::size_t kTextBytesMax = 1'000;

void WriteAlert(codec::JsonWriter& json, const AlertView& view) {
    const alert::Monitor& monitor = *view.monitor;
    const alert::AlertState& state = view.state;
    json.BeginObject().Key("key").String(state.key).Key("monitor_id").String(monitor.id);
    alert::WriteCommon(json, monitor, state);
    json.Key("team").StringOrNull(monitor.team).Key("service").StringOrNull(monitor.service);
    json.Key("status").String(alert::ToString(state.status));
    WriteValue(json.Key("confidence"), state.confidence);
    json.Key("since").String(FormatTime(state.since));
    json.Key("without_data").Bool(state.without_data).Key("flapping").Bool(view.flapping);
    json.Key("acknowledged_by").StringOrNull(state.acknowledged_by);
    json.Key("silenced_by").StringOrNull(view.silenced_by);
    json.Key("told_at").StringOrNull(state.told ? FormatTime(state.told_at) : std::string());
    json.EndObject();
}

Error Wrong(std::string_view name, std::string_view allowed) {
    return Error{
        ErrorCode::kInvalidArgument,
        std::string(name) + ": allowed: " + std::string(allowed)};
}

Result<std::int64_t> CursorOf(const ApiRequest& request) {
    const auto cursor = request.parameters.Find("cursor");
    const auto number = cursor ? ParseInt(*cursor) : std::optional<std::int64_t>(-1);
    if (!number || *number < -1) {
        return Wrong("cursor", "one that this server gave");
    }
    return *number;
}

/// Which time a parameter says; nothing where it is not given.
Result<std::optional<Time>> TimeOf(const ApiRequest& request, std::string_view name, Time now) {
    const auto text = request.parameters.Find(name);
    if (!text || text->empty()) {
        return std::optional<Time>();
    }
    const auto time = ParseTime(*text, now);
    if (!time.Ok()) {
        return Wrong(name, "a time such as -24h");
    }
    return std::optional(*time);
}

Result<alert::AlertQuestion> QuestionOf(const ApiRequest& request) {
    alert::AlertQuestion question;
    SG_ASSIGN_OR_RETURN(
        const std::int64_t limit,
        request.parameters.Count("limit", kPageDefault, kPageMax)
    );
    SG_ASSIGN_OR_RETURN(const std::int64_t cursor, CursorOf(request));
    question.limit = static_cast<std::size_t>(limit);
    question.skip = static_cast<std::size_t>(std::max<std::int64_t>(cursor, 0));
    question.monitor_id = request.parameters.Get("monitor");
    const std::string_view status = request.parameters.Get("status");
    if (status == "firing") {
        question.status = alert::AlertStatus::kFiring;
    } else if (status == "pending") {
        question.status = alert::AlertStatus::kPending;
    } else if (!status.empty()) {
        return Wrong("status", "firing, pending");
    }
    return question;
}

Result<state::AlertEventQuestion> HistoryQuestionOf(const ApiRequest& request, Time now) {
    state::AlertEventQuestion question;
    SG_ASSIGN_OR_RETURN(
        const std::int64_t limit,
        request.parameters.Count("limit", kPageDefault, kPageMax)
    );
    SG_ASSIGN_OR_RETURN(const std::int64_t cursor, CursorOf(request));
    SG_ASSIGN_OR_RETURN(question.from, TimeOf(request, "from", now));
    SG_ASSIGN_OR_RETURN(question.to, TimeOf(request, "to", now));
    question.limit = static_cast<std::size_t>(limit) + 1;  // Whether there are more.
    question.before = cursor < 0 ? std::nullopt : std::optional(cursor);
    question.monitor_id = request.parameters.Get("monitor");
    question.alert_key = request.parameters.Get("alert");
    return question;
}

/// The event's own members stand in its text.
std::string EventJson(const state::AlertEvent& event) {
    codec::JsonWriter json;
    json.BeginObject().Key("id").Int(event.id).Key("at").String(FormatTime(event.at));
    json.Key("what").String(event.what).Key("key").String(event.alert_key);
    json.Key("monitor_id").String(event.monitor_id).EndObject();
    std::string text = json.Take();
    text.back() = ',';
    return text + event.text.substr(1);
}

struct Said {
    std::string by = "admin";
    std::string comment;
};

Result<Said> ReadAcknowledgement(const std::string& body) {
    Said said;
    if (body.empty()) {
        return said;
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(body));
    bool good = root.IsObject();
    root.ForEach([&](std::string_view name, codec::JsonValue value) {
        const std::string text(value.String().value_or(""));
        good = good && (value.IsString() || value.IsNull()) && text.size() <= kTextBytesMax;
        if (name == "by") {
            said.by = text.empty() ? said.by : text;
        } else if (name == "comment") {
            said.comment = text;
        } else {
            good = false;
        }
        return good;
    });
    if (!good) {
        return Wrong("the body", "{\"by\": \"...\", \"comment\": \"...\"}");
    }
    return said;
}

net::HttpResponse Acknowledge(
    const Services& services,
    std::string_view action,
    const std::string& key,
    const Said& said
) {
    const auto entry = AuditEntryOf(services, action, key, "");
    if (auto refused = RefuseUnaudited(services, entry)) {
        return std::move(*refused);
    }
    const auto view = services.deps.monitoring->Acknowledge(key, said.by, said.comment);
    if (!view.Ok()) {
        AuditFailure(services, entry);
        return ProblemOfAlert(view.error());
    }
    codec::JsonWriter json;
    WriteAlert(json, *view);
    return Json(json.Take());
}

}  // namespace

net::HttpResponse ListAlerts(const Services& services, const ApiRequest& request) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    const auto question = QuestionOf(request);
    if (!question.Ok()) {
        return Problem(question.error());
    }
    const alert::AlertPage page = services.deps.monitoring->Alerts(*question);
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const AlertView& view : page.items) {
        WriteAlert(json, view);
    }
    json.EndArray().Key("next").StringOrNull(
        page.more ? std::to_string(question->skip + page.items.size()) : std::string()
    );
    json.Key("firing").Int(page.firing).Key("pending").Int(page.pending);
    return Json(json.EndObject().Take());
}

net::HttpResponse ListAlertEvents(const Services& services, const ApiRequest& request) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    const auto question = HistoryQuestionOf(request, services.deps.clock.Now());
    if (!question.Ok()) {
        return Problem(question.error());
    }
    auto events = services.deps.monitoring->History(*question);
    if (!events.Ok()) {
        return Problem(events.error());
    }
    const bool more = events->size() == question->limit;
    events->resize(std::min(events->size(), question->limit - 1));
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const state::AlertEvent& event : *events) {
        json.Raw(EventJson(event));
    }
    json.EndArray().Key("next").StringOrNull(
        more ? std::to_string(events->back().id) : std::string()
    );
    return Json(json.EndObject().Take());
}

net::HttpResponse AcknowledgeAlert(const Services& services, const ApiRequest& request) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    if (!request.http.body.empty() && !HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    const auto said = ReadAcknowledgement(request.http.body);
    if (!said.Ok()) {
        return BadAlertBody(said.error());
    }
    return Acknowledge(services, "alert_acknowledged", request.path_value, *said);
}

net::HttpResponse UnacknowledgeAlert(const Services& services, const ApiRequest& request) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    return Acknowledge(
        services,
        "alert_unacknowledged",
        request.path_value,
        {.by = "", .comment = ""}
    );
}

}  // namespace sightglass::serve
