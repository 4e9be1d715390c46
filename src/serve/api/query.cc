// /api/v1/query and /api/v1/distribution: questions about calls, answered as tables.
#include <chrono>
#include <utility>

#include "analytics/question.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "serve/api/handlers.h"
#include "serve/api/query_body.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

struct CellWriter {
    codec::JsonWriter& json;

    void operator()(std::monostate) const { json.Null(); }

    void operator()(std::int64_t number) const { json.Int(number); }

    void operator()(double number) const { json.Double(number); }

    void operator()(const std::string& text) const { json.String(text); }

    void operator()(Time time) const { json.String(FormatTime(time)); }
};

void WriteTable(codec::JsonWriter& json, const store::Table& table) {
    json.Key("columns").BeginArray();
    for (const store::Column& column : table.columns) {
        json.BeginObject().Key("name").String(column.name).Key("type").String(column.type);
        json.Key("unit").String(column.unit).EndObject();
    }
    json.EndArray().Key("rows").BeginArray();
    for (const std::vector<store::Cell>& row : table.rows) {
        json.BeginArray();
        for (const store::Cell& cell : row) {
            std::visit(CellWriter{json}, cell);
        }
        json.EndArray();
    }
    json.EndArray();
}

std::int64_t Seconds(Duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

/// What the answer was read from.
void WriteSource(codec::JsonWriter& json, const store::Provenance& source) {
    json.Key("source").BeginObject().Key("rollup");
    if (source.rollup.empty()) {
        json.Null();
    } else {
        json.String(source.rollup);
    }
    json.Key("from_days_s").Int(Seconds(source.days));
    json.Key("from_hours_s").Int(Seconds(source.hours));
    json.Key("from_calls_s").Int(Seconds(source.calls)).EndObject();
}

net::HttpResponse TableAnswer(const Result<analytics::Answer>& answer) {
    if (!answer.Ok()) {
        return Problem(answer.error());
    }
    codec::JsonWriter json;
    json.BeginObject();
    WriteTable(json, answer.value().table);
    json.Key("from").String(FormatTime(answer.value().from));
    json.Key("to").String(FormatTime(answer.value().to));
    json.Key("interval");
    if (answer.value().interval) {
        json.String(FormatDuration(*answer.value().interval));
    } else {
        json.Null();
    }
    WriteSource(json, answer.value().table.source);
    json.Key("took_ms").Double(answer.value().took_ms).EndObject();
    return Json(json.Take());
}

std::vector<std::string> Texts(const std::vector<std::string_view>& views) {
    return {views.begin(), views.end()};
}

net::HttpResponse Ask(const Services& services, const analytics::QuestionText& text) {
    std::vector<std::string_view> allowed;
    const auto question = analytics::ParseQuestion(text, services.deps.clock.Now(), &allowed);
    if (!question.Ok()) {
        return BadQuestion(question.error(), allowed);
    }
    return TableAnswer(analytics::Ask(*question, services.deps.store));
}

}  // namespace

net::HttpResponse BadQuestion(const Error& error, const std::vector<std::string_view>& allowed) {
    if (error.code != ErrorCode::kInvalidArgument) {
        return Problem(error);
    }
    return Problem(400, "invalid_argument", error.message, allowed);
}

net::HttpResponse GetQuery(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    const auto limit = parameters.Count("limit", analytics::kDefaultRows, analytics::kRowsMax);
    if (!limit.Ok()) {
        return Problem(limit.error());
    }
    analytics::QuestionText text;
    text.metrics = Texts(parameters.All("metrics"));
    text.group_by = Texts(parameters.All("group_by"));
    text.interval = parameters.Get("interval");
    text.from = parameters.Get("from");
    text.to = parameters.Get("to");
    text.filters = Texts(parameters.All("filter"));
    text.order_by = Texts(parameters.All("order_by"));
    text.limit = *limit;
    return Ask(services, text);
}

net::HttpResponse PostQuery(const Services& services, const ApiRequest& request) {
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    std::vector<std::string_view> allowed;
    const auto text = ReadQueryBody(request.http.body, &allowed);
    if (!text.Ok()) {
        return Problem(400, "invalid_argument", text.error().message, allowed);
    }
    return Ask(services, *text);
}

net::HttpResponse GetDistribution(const Services& services, const ApiRequest& request) {
    analytics::DistributionText text;
    text.metric = request.parameters.Get("metric");
    text.interval = request.parameters.Get("interval");
    text.from = request.parameters.Get("from");
    text.to = request.parameters.Get("to");
    text.filters = Texts(request.parameters.All("filter"));
    std::vector<std::string_view> allowed;
    const auto question = analytics::ParseDistribution(text, services.deps.clock.Now(), &allowed);
    if (!question.Ok()) {
        return BadQuestion(question.error(), allowed);
    }
    return TableAnswer(analytics::Ask(*question, services.deps.store));
}

}  // namespace sightglass::serve
