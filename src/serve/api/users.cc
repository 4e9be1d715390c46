// /api/v1/users: who uses models, how much, and how well it serves them. Pseudonyms stand for names, unless somebody asks for
// the names: then the audit log says so.
#include "analytics/user_list.h"
#include "call/feedback.h"
#include "codec/json.h"
#include "serve/api/feedback_json.h"
#include "serve/api/optional_json.h"
#include "serve/api/people_handlers.h"
#include "serve/api/query_body.h"
#include "serve/audited.h"
#include "serve/authentication.h"
#include "serve/problem.h"
#include "state/people_records.h"

namespace sightglass::serve {
namespace {

using codec::JsonWriter;

constexpr const char* kSegmentsName = "segments";
constexpr std::size_t kFeedbackShown = 20;
constexpr std::size_t kDayChars = 10;  // Of "2026-11-22T00:00:00Z".

net::HttpResponse NoPseudonyms() {
    return Problem(503, "unavailable", "This server has no users.");
}

std::string DayText(const std::optional<analytics::Day>& day) {
    return day ? FormatTime(analytics::StartOf(*day)).substr(0, kDayChars) : std::string();
}

Result<analytics::SegmentRules> RulesOf(const Services& services) {
    std::string text;
    if (services.deps.people != nullptr) {
        SG_ASSIGN_OR_RETURN(text, services.deps.people->Text(kSegmentsName));
    }
    return analytics::ParseSegmentRules(text.empty() ? analytics::DefaultSegmentRules() : text);
}

/// Whether names are wanted: kInvalidArgument for anything but true and false.
Result<bool> WantsNames(const Parameters& parameters) {
    const std::string_view names = parameters.Get("names", "false");
    if (names != "true" && names != "false") {
        return Error{ErrorCode::kInvalidArgument, "names: allowed: true or false"};
    }
    return names == "true";
}

Result<analytics::UserQuery> QueryOf(
    const Services& services,
    const ApiRequest& request,
    std::vector<std::string_view>* allowed
) {
    const Parameters& parameters = request.parameters;
    analytics::UserListText text;
    SG_ASSIGN_OR_RETURN(text.rules, RulesOf(services));
    text.from = parameters.Get("from");
    text.to = parameters.Get("to");
    for (const std::string_view filter : parameters.All("filter")) {
        text.filters.emplace_back(filter);
    }
    text.segment = parameters.Get("segment");
    text.order_by = parameters.Get("order_by");
    text.cursor = parameters.Get("cursor");
    SG_ASSIGN_OR_RETURN(
        text.limit,
        parameters.Count("limit", analytics::kDefaultPageUsers, analytics::kPageUsersMax)
    );
    return analytics::ParseUserList(text, services.deps.clock.Now(), allowed);
}

void WriteUserMembers(
    JsonWriter& json,
    const Services& services,
    const analytics::UserSummary& user,
    bool names
) {
    const analytics::UserTotals& totals = user.totals;
    json.Key("user").String(services.deps.pseudonym(totals.user));
    json.Key("name").StringOrNull(names ? totals.user : std::string());
    json.Key("segment").StringOrNull(user.segment);
    json.Key("first_day").StringOrNull(DayText(user.first));
    json.Key("last_day").StringOrNull(DayText(user.last));
    json.Key("active_days").Int(user.active_days);
    json.Key("calls").Int(totals.calls);
    json.Key("errors").Int(totals.errors);
    WriteNumber(json, "error_rate", totals.error_rate);
    WriteNumber(json, "cost_usd", totals.cost_usd);
    WriteInt(json, "total_tokens", totals.total_tokens);
    json.Key("sessions").Int(totals.sessions);
    json.Key("feedback_count").Int(totals.feedback_count);
    WriteNumber(json, "satisfaction_rate", totals.satisfaction_rate);
}

/// That somebody sees who users are is itself something to know. Nothing where it is written down.
std::optional<net::HttpResponse> NoteNames(const Services& services, std::string_view of) {
    return RefuseUnaudited(services, AuditEntryOf(services, "user_names_shown", of, ""));
}

void WriteSpread(JsonWriter& json, std::string_view name, const analytics::Spread& spread) {
    json.Key(name).BeginObject();
    json.Key("users").Int(spread.users);
    json.Key("total").Double(spread.total);
    WriteNumber(json, "gini", spread.gini);
    json.Key("users_of_80").Int(spread.users_of_80);
    json.Key("curve").BeginArray();
    for (const analytics::Concentration& point : spread.curve) {
        json.BeginObject().Key("users").Double(point.users);
        json.Key("share").Double(point.share).EndObject();
    }
    json.EndArray().EndObject();
}

void WriteCohorts(JsonWriter& json, const std::vector<analytics::Cohort>& cohorts) {
    json.Key("cohorts").BeginArray();
    for (const analytics::Cohort& cohort : cohorts) {
        json.BeginObject().Key("week").String(DayText(cohort.week));
        json.Key("users").Int(cohort.users).Key("active").BeginArray();
        for (const std::int64_t users : cohort.active) {
            json.Int(users);
        }
        json.EndArray().EndObject();
    }
    json.EndArray();
}

void WriteReport(JsonWriter& json, const analytics::UserReport& report) {
    json.BeginObject();
    json.Key("from").String(FormatTime(report.from)).Key("to").String(FormatTime(report.to));
    json.Key("users").Int(report.users).Key("truncated").Bool(report.truncated);
    json.Key("segments").BeginArray();
    for (const analytics::SegmentSize& segment : report.segments) {
        json.BeginObject().Key("segment").StringOrNull(segment.segment);
        json.Key("rule").StringOrNull(segment.rule).Key("users").Int(segment.users);
        json.Key("calls").Int(segment.calls).Key("cost_usd").Double(segment.cost_usd).EndObject();
    }
    json.EndArray();
    json.Key("active").BeginArray();
    for (const analytics::ActiveUsers& active : report.active) {
        json.BeginObject().Key("day").String(DayText(active.day));
        json.Key("on_day").Int(active.on_day).Key("in_week").Int(active.in_week);
        json.Key("in_month").Int(active.in_month).EndObject();
    }
    json.EndArray();
    WriteCohorts(json, report.cohorts);
    WriteSpread(json, "cost_usd", report.cost);
    WriteSpread(json, "calls", report.calls);
    json.EndObject();
}

void WriteRules(JsonWriter& json, std::string_view text, const analytics::SegmentRules& rules) {
    json.BeginObject().Key("text").String(text);
    json.Key("own").Bool(text != analytics::DefaultSegmentRules());
    json.Key("items").BeginArray();
    for (const analytics::SegmentRule& rule : rules) {
        json.BeginObject().Key("segment").String(rule.name);
        json.Key("rule").String(rule.text).EndObject();
    }
    json.EndArray().EndObject();
}

/// What the user said, with no name in it.
Result<std::vector<Feedback>>
FeedbackOf(const Services& services, const std::string& user, Time from, Time to) {
    store::FeedbackQuery query;
    query.from = from;
    query.to = to;
    query.user = user;
    query.limit = kFeedbackShown;
    SG_ASSIGN_OR_RETURN(std::vector<Feedback> all, services.deps.store.ListFeedback(query));
    for (Feedback& feedback : all) {
        feedback.user = services.deps.pseudonym(user);
    }
    return all;
}

}  // namespace

net::HttpResponse ListUsers(const Services& services, const ApiRequest& request) {
    if (!services.deps.pseudonym) {
        return NoPseudonyms();
    }
    const auto names = WantsNames(request.parameters);
    std::vector<std::string_view> allowed;
    const auto query = QueryOf(services, request, &allowed);
    if (!names.Ok() || !query.Ok()) {
        return BadQuestion(names.Ok() ? query.error() : names.error(), allowed);
    }
    const auto page = analytics::ListUsers(*query, services.deps.store);
    if (!page.Ok()) {
        return Problem(page.error());
    }
    if (*names) {
        if (auto refusal = NoteNames(services, "")) {
            return *std::move(refusal);
        }
    }
    JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const analytics::UserSummary& user : page->users) {
        json.BeginObject();
        WriteUserMembers(json, services, user, *names);
        json.EndObject();
    }
    json.EndArray().Key("next").StringOrNull(page->next).EndObject();
    return Json(json.Take());
}

net::HttpResponse GetUser(const Services& services, const ApiRequest& request) {
    if (!services.deps.pseudonym) {
        return NoPseudonyms();
    }
    const auto names = WantsNames(request.parameters);
    std::vector<std::string_view> allowed;
    const auto query = QueryOf(services, request, &allowed);
    if (!names.Ok() || !query.Ok()) {
        return BadQuestion(names.Ok() ? query.error() : names.error(), allowed);
    }
    const auto user = services.user_names.Find(request.path_value);
    if (!user.Ok()) {
        return Problem(user.error());
    }
    const auto profile = analytics::FindUser(*user, *query, services.deps.store);
    if (!profile.Ok()) {
        return Problem(profile.error());
    }
    const auto feedback = FeedbackOf(services, *user, query->from, query->to);
    if (!feedback.Ok()) {
        return Problem(feedback.error());
    }
    const std::string pseudonym = services.deps.pseudonym(*user);
    if (*names) {
        if (auto refusal = NoteNames(services, pseudonym)) {
            return *std::move(refusal);
        }
    }
    JsonWriter json;
    json.BeginObject();
    WriteUserMembers(json, services, profile->summary, *names);
    json.Key("from").String(FormatTime(query->from)).Key("to").String(FormatTime(query->to));
    json.Key("days").BeginArray();
    for (const analytics::UserDay& day : profile->days) {
        json.BeginObject().Key("day").String(DayText(day.day)).Key("calls").Int(day.calls);
        json.Key("errors").Int(day.errors).Key("cost_usd").Double(day.cost_usd).EndObject();
    }
    json.EndArray().Key("feedback");
    WriteFeedbackList(json, *feedback);
    json.EndObject();
    return Json(json.Take());
}

net::HttpResponse GetUserReport(const Services& services, const ApiRequest& request) {
    std::vector<std::string_view> allowed;
    const auto query = QueryOf(services, request, &allowed);
    if (!query.Ok()) {
        return BadQuestion(query.error(), allowed);
    }
    const auto report = analytics::ReportUsers(*query, services.deps.store);
    if (!report.Ok()) {
        return Problem(report.error());
    }
    JsonWriter json;
    WriteReport(json, *report);
    return Json(json.Take());
}

net::HttpResponse GetUserSegments(const Services& services, const ApiRequest& /*request*/) {
    const auto rules = RulesOf(services);
    if (!rules.Ok()) {
        return Problem(rules.error());
    }
    std::string text;
    for (const analytics::SegmentRule& rule : *rules) {
        text += rule.name + ": " + rule.text + "\n";
    }
    JsonWriter json;
    WriteRules(json, text, *rules);
    return Json(json.Take());
}

net::HttpResponse PutUserSegments(const Services& services, const ApiRequest& request) {
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    if (services.deps.people == nullptr) {
        return Problem(503, "unavailable", "This server keeps no rules.");
    }
    codec::JsonParser parser;
    const auto root = parser.Parse(request.http.body);
    const codec::JsonValue member = root.Ok() ? root->Get("text") : codec::JsonValue();
    if (!root.Ok() || root->Size() != 1 || !(member.IsString() || member.IsNull())) {
        return Problem(
            400,
            "invalid_argument",
            "Send {\"text\":\"new: first_seen_days<14\\n...\"}; null goes back to the rules that "
            "came "
            "with Sightglass."
        );
    }
    const std::string text(member.String().value_or(""));
    const auto rules =
        analytics::ParseSegmentRules(text.empty() ? analytics::DefaultSegmentRules() : text);
    if (!rules.Ok()) {
        return Problem(rules.error());
    }
    const Status kept = services.deps.people->PutText(
        kSegmentsName,
        text,
        AuditEntryOf(services, "user_segments_changed", "", "")
    );
    if (!kept.Ok()) {
        return Problem(kept.error());
    }
    return GetUserSegments(services, request);
}

}  // namespace sightglass::serve
