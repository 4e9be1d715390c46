// /api/v1/cases: what was found before a change that somebody wrote down, and what it did.
#include <algorithm>
#include <utility>

#include "analytics/before_after.h"
#include "codec/json_writer.h"
#include "insight/annotations.h"
#include "insight/case_report.h"
#include "notify/texts.h"
#include "serve/api/annotation_json.h"
#include "serve/api/case_handlers.h"
#include "serve/api/explanation_json.h"
#include "serve/api/optional_json.h"
#include "serve/api/query_body.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using analytics::CaseFinding;
using codec::JsonWriter;
using insight::Annotation;
using insight::CaseReport;

/// The answer to a request that cannot be answered, or what it asked for in `report`.
std::optional<net::HttpResponse>
AskFor(const Services& services, const ApiRequest& request, CaseReport& report) {
    if (services.deps.annotations == nullptr) {
        return Problem(Error{ErrorCode::kUnavailable, "this server keeps no annotations"});
    }
    auto annotation = services.deps.annotations->Find(request.path_value);
    if (!annotation.Ok()) {
        return Problem(annotation.error());
    }
    report.annotation = std::move(annotation).value();
    const auto days =
        request.parameters.Count("days", analytics::kDefaultCaseDays, analytics::kCaseDaysMax);
    if (!days.Ok()) {
        return Problem(days.error());
    }
    // Filters of the request stand in the place of the annotation's.
    for (const std::string_view filter : request.parameters.All("filter")) {
        report.filters.emplace_back(filter);
    }
    if (report.filters.empty()) {
        report.filters = report.annotation.filters;
    }
    report.made_at = services.deps.clock.Now();
    std::vector<std::string_view> allowed;
    auto question = analytics::ParseCase(
        {.at = report.annotation.at, .days = *days, .filters = report.filters},
        report.made_at,
        &allowed
    );
    if (!question.Ok()) {
        return BadQuestion(question.error(), allowed);
    }
    report.question = std::move(question).value();
    auto answer = analytics::AskCase(report.question, services.deps.store);
    if (!answer.Ok()) {
        return Problem(answer.error());
    }
    report.answer = std::move(answer).value();
    auto others = services.deps.annotations->Between(
        report.question.BeforeFrom(),
        std::max(report.question.AfterTo(), report.annotation.at + Duration(1))
    );
    if (!others.Ok()) {
        return Problem(others.error());
    }
    report.others = std::move(others).value();
    std::erase_if(report.others, [&report](const Annotation& other) {
        return other.id == report.annotation.id;
    });
    return std::nullopt;
}

void WriteFinding(JsonWriter& json, const CaseFinding& finding) {
    json.BeginObject().Key("metric").String(finding.metric->name);
    json.Key("unit").String(finding.metric->unit);
    json.Key("relative").Bool(finding.relative);
    WriteNumber(json, "before", finding.before);
    WriteNumber(json, "after", finding.after);
    WriteNumber(json, "change", finding.change);
    WriteNumber(json, "change_low", finding.low);
    WriteNumber(json, "change_high", finding.high);
    WriteNumber(json, "p", finding.p);
    json.Key("days").Int(static_cast<std::int64_t>(finding.days));
    json.Key("verdict").String(ToString(finding.verdict)).EndObject();
}

void WriteDays(JsonWriter& json, const analytics::CaseAnswer& answer) {
    json.Key("days").BeginArray();
    for (const analytics::CaseDay& day : answer.days) {
        json.BeginObject().Key("from").String(FormatTime(day.from));
        json.Key("calls").Int(day.calls).Key("values").BeginObject();
        for (std::size_t i = 0; i < answer.findings.size(); ++i) {
            WriteNumber(json, answer.findings[i].metric->name, day.values[i]);
        }
        json.EndObject().EndObject();
    }
    json.EndArray();
}

void WriteSlow(JsonWriter& json, const analytics::CaseSlow& slow) {
    json.Key("slow").BeginObject();
    WriteNumber(json, "threshold_ms", slow.threshold_ms);
    WriteNumber(json, "share_before", slow.share_before);
    WriteNumber(json, "share_after", slow.share_after);
    WriteNumber(json, "satisfaction_slow", slow.satisfaction_slow);
    WriteNumber(json, "satisfaction_fast", slow.satisfaction_fast);
    json.Key("groups").BeginArray();
    for (const analytics::SlowGroup& group : slow.groups) {
        json.BeginObject().Key("key");
        WriteGroupKey(json, {group.value});
        json.Key("filter");
        WriteTexts(json, group.filter);
        json.Key("calls").Int(group.calls).Key("slow_calls").Int(group.slow_calls);
        json.Key("slow_share").Double(group.slow_share).EndObject();
    }
    json.EndArray().EndObject();
}

}  // namespace

net::HttpResponse GetCase(const Services& services, const ApiRequest& request) {
    CaseReport report;
    if (auto refused = AskFor(services, request, report)) {
        return *std::move(refused);
    }
    const analytics::CaseQuestion& question = report.question;
    JsonWriter json;
    json.BeginObject().Key("annotation");
    WriteAnnotation(json, report.annotation);
    json.Key("filters");
    WriteTexts(json, report.filters);
    json.Key("before_from").String(FormatTime(question.BeforeFrom()));
    json.Key("before_to").String(FormatTime(question.BeforeTo()));
    json.Key("after_from").String(FormatTime(question.after_from));
    json.Key("after_to").String(FormatTime(question.AfterTo()));
    json.Key("days_compared").Int(question.days).Key("weeks_apart").Int(question.weeks);
    json.Key("level").Double(analytics::kCaseLevel);
    json.Key("calls_before").Int(report.answer.calls_before);
    json.Key("calls_after").Int(report.answer.calls_after);
    json.Key("findings").BeginArray();
    for (const CaseFinding& finding : report.answer.findings) {
        WriteFinding(json, finding);
    }
    json.EndArray();
    WriteSlow(json, report.answer.slow);
    WriteDays(json, report.answer);
    json.Key("others").BeginArray();
    for (const Annotation& other : report.others) {
        WriteAnnotation(json, other);
    }
    json.EndArray().Key("took_ms").Double(report.answer.took_ms).EndObject();
    return Json(json.Take());
}

net::HttpResponse GetCaseReport(const Services& services, const ApiRequest& request) {
    const auto language = notify::ParseLanguage(request.parameters.Get("language", "en"));
    if (!language) {
        return Problem(400, "invalid_argument", "language: allowed: en, zh, nl");
    }
    CaseReport report;
    if (auto refused = AskFor(services, request, report)) {
        return *std::move(refused);
    }
    net::HttpResponse response;
    response.headers = {
        {"Content-Type", "text/html; charset=utf-8"},
        {"Content-Disposition", "attachment; filename=\"case-" + report.annotation.id + ".html\""},
        // Nothing in it runs or loads, wherever it is opened.
        {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"}};
    response.body = insight::CaseHtml(report, *language);
    return response;
}

}  // namespace sightglass::serve
