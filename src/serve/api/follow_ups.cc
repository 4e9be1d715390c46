// /api/v1/followups: whom to follow up with, what was done, and what it changed. Pseudonyms stand for users as in users.cc.
#include "insight/follow_ups.h"

#include "analytics/time_range.h"
#include "codec/json.h"
#include "insight/follow_up_report.h"
#include "serve/api/optional_json.h"
#include "serve/api/people_handlers.h"
#include "serve/audited.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using codec::JsonWriter;
using insight::FollowUp;

constexpr std::int64_t kPageDefault = 100;
constexpr std::int64_t kPageMax = 1'000;
constexpr std::size_t kReportedMax = 10'000;
constexpr std::string_view kDefaultReportFrom = "-90d";

net::HttpResponse NoFollowUps() {
    return Problem(503, "unavailable", "This server has no follow-ups.");
}

/// What a change needs; nothing where it has it.
std::optional<net::HttpResponse> RefuseChange(const Services& services, const ApiRequest& request) {
    if (services.deps.follow_ups == nullptr) {
        return NoFollowUps();
    }
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    return std::nullopt;
}

net::HttpResponse ProblemOf(const Error& error) {
    if (error.code == ErrorCode::kConflict) {
        return Problem(409, "conflict", error.message);
    }
    return error.code == ErrorCode::kCorrupt ? Problem(400, "invalid_argument", error.message)
                                             : Problem(error);
}

void WriteTime(JsonWriter& json, std::string_view name, Time time) {
    json.Key(name).StringOrNull(time == Time{} ? std::string() : FormatTime(time));
}

void WriteFollowUp(JsonWriter& json, const Services& services, const FollowUp& one, bool names) {
    const std::string pseudonym = one.user.empty() ? "" : services.deps.pseudonym(one.user);
    json.BeginObject().Key("id").String(one.id).Key("state").String(ToString(one.state));
    json.Key("rule").String(ToString(one.rule)).Key("user").StringOrNull(pseudonym);
    json.Key("name").StringOrNull(names ? one.user : std::string());
    json.Key("session_id").StringOrNull(one.session_id);
    json.Key("call_id").StringOrNull(one.call_id).Key("reason").StringOrNull(one.reason);
    json.Key("facts").BeginObject();
    for (const auto& [name, number] : one.facts) {
        json.Key(name).Double(number);
    }
    json.EndObject().Key("owner").StringOrNull(one.owner);
    json.Key("contact").StringOrNull(one.contact);
    json.Key("template").StringOrNull(one.template_name);
    json.Key("notes").BeginArray();
    for (const insight::FollowUpNote& note : one.notes) {
        json.BeginObject().Key("at").String(FormatTime(note.at));
        json.Key("text").String(note.text).EndObject();
    }
    json.EndArray().Key("outcome").StringOrNull(one.outcome ? ToString(*one.outcome) : "");
    WriteNumber(json, "satisfaction_after", one.satisfaction_after);
    WriteTime(json, "opened_at", one.opened_at);
    WriteTime(json, "due_at", one.due_at);
    WriteTime(json, "contacted_at", one.contacted_at);
    WriteTime(json, "answered_at", one.answered_at);
    WriteTime(json, "closed_at", one.closed_at);
    WriteTime(json, "reminded_at", one.reminded_at);
    const bool overdue = one.state != insight::FollowUpState::kClosed && one.due_at != Time{} &&
                         one.due_at < services.deps.clock.Now();
    json.Key("overdue").Bool(overdue).EndObject();
}

net::HttpResponse
AnswerOne(const Services& services, const Result<FollowUp>& one, int status, bool names = false) {
    if (!one.Ok()) {
        return ProblemOf(one.error());
    }
    JsonWriter json;
    WriteFollowUp(json, services, *one, names);
    net::HttpResponse response = Json(json.Take());
    response.status = status;
    return response;
}

/// What the audit log says of a change.
insight::FollowUps::AuditNote NoteOf(const Services& services, std::string_view action) {
    return [&services, action](const FollowUp& one) {
        JsonWriter detail;
        detail.BeginObject().Key("state").String(ToString(one.state));
        detail.Key("owner").StringOrNull(one.owner).EndObject();
        return AuditEntryOf(services, action, one.id, detail.Take());
    };
}

Result<state::FollowUpQuestion> QuestionOf(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    state::FollowUpQuestion question;
    question.state = parameters.Get("state");
    question.rule = parameters.Get("rule");
    question.before = parameters.Get("cursor");
    const Time now = services.deps.clock.Now();
    if (const auto from = parameters.Find("from")) {
        SG_ASSIGN_OR_RETURN(question.opened_from, ParseTime(*from, now));
    }
    if (const auto to = parameters.Find("to")) {
        SG_ASSIGN_OR_RETURN(question.opened_to, ParseTime(*to, now));
    }
    if (const auto user = parameters.Find("user")) {
        question.subject = "user " + std::string(*user);
    }
    SG_ASSIGN_OR_RETURN(
        const std::int64_t limit,
        parameters.Count("limit", kPageDefault, kPageMax)
    );
    question.limit = static_cast<std::size_t>(limit) + 1;  // Whether there is a next page.
    return question;
}

/// Whether names are wanted, which is then in the audit log; or the answer that refuses.
std::optional<net::HttpResponse>
ReadNames(const Services& services, const ApiRequest& request, bool& names) {
    names = request.parameters.Get("names") == "true";
    return names ? RefuseUnaudited(services, AuditEntryOf(services, "user_names_shown", "", ""))
                 : std::nullopt;
}

void WriteCounts(JsonWriter& json, const insight::FollowUpCounts& counts) {
    json.BeginObject().Key("opened").Int(counts.opened).Key("contacted").Int(counts.contacted);
    json.Key("answered").Int(counts.answered).Key("closed").Int(counts.closed).EndObject();
}

void WriteUse(JsonWriter& json, std::string_view name, const insight::UseInDays& use) {
    json.Key(name).BeginObject().Key("days").Double(use.days).Key("calls").Int(use.calls);
    json.Key("errors").Int(use.errors).Key("rated").Int(use.rated);
    WriteNumber(json, "calls_per_day", use.CallsPerDay());
    WriteNumber(json, "error_rate", use.ErrorRate());
    WriteNumber(json, "satisfaction_rate", use.Satisfaction());
    json.EndObject();
}

void WriteReport(JsonWriter& json, const insight::FollowUpReport& report) {
    json.Key("all");
    WriteCounts(json, report.all);
    json.Key("by_rule").BeginObject();
    for (const auto& [rule, counts] : report.by_rule) {
        json.Key(rule);
        WriteCounts(json, counts);
    }
    json.EndObject().Key("by_outcome").BeginObject();
    for (const auto& [outcome, count] : report.by_outcome) {
        json.Key(outcome).Int(count);
    }
    json.EndObject().Key("overdue").Int(report.overdue);
    WriteNumber(json, "median_hours_to_contact", report.median_hours_to_contact);
    WriteNumber(json, "median_hours_to_close", report.median_hours_to_close);
    json.Key("satisfaction_after_count").Int(report.satisfaction_after_count);
    WriteNumber(json, "satisfaction_after_average", report.satisfaction_after_average);
    json.Key("compared").Int(report.compared);
    WriteUse(json, "before", report.before);
    WriteUse(json, "after", report.after);
}

}  // namespace

net::HttpResponse ListFollowUps(const Services& services, const ApiRequest& request) {
    if (services.deps.follow_ups == nullptr) {
        return NoFollowUps();
    }
    auto question = QuestionOf(services, request);
    if (!question.Ok()) {
        return Problem(question.error());
    }
    bool names = false;
    if (auto refusal = ReadNames(services, request, names)) {
        return *std::move(refusal);
    }
    const auto all = services.deps.follow_ups->List(*question);
    if (!all.Ok()) {
        return Problem(all.error());
    }
    const std::size_t shown = std::min(all->size(), question->limit - 1);
    JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (std::size_t i = 0; i < shown; ++i) {
        WriteFollowUp(json, services, (*all)[i], names);
    }
    json.EndArray();
    json.Key("next").StringOrNull(all->size() > shown ? (*all)[shown - 1].id : std::string());
    json.EndObject();
    return Json(json.Take());
}

net::HttpResponse OpenFollowUp(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseChange(services, request)) {
        return *std::move(refused);
    }
    codec::JsonParser parser;
    const auto root = parser.Parse(request.http.body);
    if (!root.Ok()) {
        return Problem(400, "invalid_argument", root.error().message);
    }
    FollowUp follow_up;
    const Status read = insight::ApplyChange(*root, services.deps.clock.Now(), true, follow_up);
    if (!read.Ok()) {
        return ProblemOf(read.error());
    }
    if (!follow_up.user.empty()) {
        auto user = services.user_names.Find(follow_up.user);
        if (!user.Ok()) {
            return Problem(user.error());
        }
        follow_up.user = *std::move(user);
    }
    const auto opened =
        services.deps.follow_ups->Open(std::move(follow_up), NoteOf(services, "follow_up_opened"));
    return AnswerOne(services, opened, 201);
}

net::HttpResponse GetFollowUp(const Services& services, const ApiRequest& request) {
    if (services.deps.follow_ups == nullptr) {
        return NoFollowUps();
    }
    bool names = false;
    if (auto refusal = ReadNames(services, request, names)) {
        return *std::move(refusal);
    }
    return AnswerOne(services, services.deps.follow_ups->Find(request.path_value), 200, names);
}

net::HttpResponse ChangeFollowUp(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseChange(services, request)) {
        return *std::move(refused);
    }
    codec::JsonParser parser;
    const auto root = parser.Parse(request.http.body);
    if (!root.Ok()) {
        return Problem(400, "invalid_argument", root.error().message);
    }
    const auto changed = services.deps.follow_ups->Change(
        request.path_value,
        [&](FollowUp& follow_up) {
            return insight::ApplyChange(*root, services.deps.clock.Now(), false, follow_up);
        },
        NoteOf(services, "follow_up_changed")
    );
    return AnswerOne(services, changed, 200);
}

net::HttpResponse GetFollowUpReport(const Services& services, const ApiRequest& request) {
    if (services.deps.follow_ups == nullptr) {
        return NoFollowUps();
    }
    const Time now = services.deps.clock.Now();
    const auto range = analytics::ParseTimeRange(
        request.parameters.Get("from", kDefaultReportFrom),
        request.parameters.Get("to"),
        now
    );
    if (!range.Ok()) {
        return Problem(range.error());
    }
    const auto all = services.deps.follow_ups->List(
        {.opened_from = range->from, .opened_to = range->to, .limit = kReportedMax}
    );
    if (!all.Ok()) {
        return Problem(all.error());
    }
    const auto report = insight::ReportFollowUps(*all, now, services.deps.store);
    if (!report.Ok()) {
        return Problem(report.error());
    }
    JsonWriter json;
    json.BeginObject().Key("from").String(FormatTime(range->from));
    json.Key("to").String(FormatTime(range->to));
    WriteReport(json, *report);
    json.EndObject();
    return Json(json.Take());
}

net::HttpResponse GetFollowUpSettings(const Services& services, const ApiRequest& /*request*/) {
    if (services.deps.follow_ups == nullptr) {
        return NoFollowUps();
    }
    const auto settings = services.deps.follow_ups->Settings();
    return settings.Ok() ? Json(ToJson(*settings)) : Problem(settings.error());
}

net::HttpResponse PutFollowUpSettings(const Services& services, const ApiRequest& request) {
    if (auto refused = RefuseChange(services, request)) {
        return *std::move(refused);
    }
    const Status kept = services.deps.follow_ups->SetSettings(
        request.http.body,
        AuditEntryOf(services, "follow_up_settings_changed", "", "")
    );
    return kept.Ok() ? GetFollowUpSettings(services, request) : ProblemOf(kept.error());
}

net::HttpResponse LookForFollowUps(const Services& services, const ApiRequest& /*request*/) {
    if (services.deps.follow_ups == nullptr) {
        return NoFollowUps();
    }
    std::int64_t opened = 0;
    for (const auto what : {insight::FollowUps::What::kFeedback, insight::FollowUps::What::kUse}) {
        const auto found = services.deps.follow_ups->Look(what);
        if (!found.Ok()) {
            return Problem(found.error());
        }
        opened += *found;
    }
    JsonWriter json;
    json.BeginObject().Key("opened").Int(opened).EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve
