// /api/v1/explain, /slow, /peaks, /forecast and /whatif: what numbers mean, worked out from them.
#include "analytics/explain.h"
#include "analytics/forecast.h"
#include "analytics/peak_hours.h"
#include "analytics/slow_calls.h"
#include "analytics/what_if.h"
#include "codec/json_writer.h"
#include "serve/api/explanation_json.h"
#include "serve/api/handlers.h"
#include "serve/api/optional_json.h"
#include "serve/api/query_body.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using codec::JsonWriter;

std::vector<std::string> Texts(const std::vector<std::string_view>& views) {
    return {views.begin(), views.end()};
}

/// Parses, asks, writes; or says what is wrong.
template <typename Text, typename Parse, typename Ask, typename Write>
net::HttpResponse
Answer(const Services& services, const Text& text, Parse&& parse, Ask&& ask, Write&& write) {
    std::vector<std::string_view> allowed;
    const auto question = parse(text, services.deps.clock.Now(), &allowed);
    if (!question.Ok()) {
        return BadQuestion(question.error(), allowed);
    }
    const auto answer = ask(*question);
    if (!answer.Ok()) {
        return Problem(answer.error());
    }
    JsonWriter json;
    write(json, *question, *answer);
    return Json(json.Take());
}

void WriteSlowGroup(JsonWriter& json, const analytics::SlowGroup& group) {
    json.BeginObject().Key("key");
    WriteGroupKey(json, {group.value});
    json.Key("filter");
    WriteTexts(json, group.filter);
    json.Key("calls").Int(group.calls).Key("slow_calls").Int(group.slow_calls);
    json.Key("slow_share").Double(group.slow_share).Key("support").Double(group.support);
    const auto& lift = group.lift;
    WriteNumber(json, "lift", lift ? std::optional(lift->value) : std::nullopt);
    WriteNumber(json, "lift_low", lift ? std::optional(lift->low) : std::nullopt);
    WriteNumber(json, "lift_high", lift ? std::optional(lift->high) : std::nullopt);
    json.Key("excess").Double(group.excess).Key("excess_low").Double(group.excess_low);
    json.EndObject();
}

void WriteSlow(
    JsonWriter& json,
    const analytics::SlowQuestion& question,
    const analytics::SlowCalls& answer
) {
    json.BeginObject().Key("metric").String(question.metric);
    WriteNumber(json, "threshold_ms", answer.threshold_ms);
    WriteNumber(
        json,
        "quantile",
        question.quantile != nullptr ? std::optional(question.quantile->quantile) : std::nullopt
    );
    json.Key("from").String(FormatTime(question.side.from));
    json.Key("to").String(FormatTime(question.side.to));
    json.Key("calls").Int(answer.calls).Key("slow_calls").Int(answer.slow_calls);
    json.Key("items").BeginArray();
    for (const analytics::SlowGroup& group : answer.groups) {
        WriteSlowGroup(json, group);
    }
    json.EndArray().Key("took_ms").Double(answer.took_ms).EndObject();
}

void WritePeakCell(JsonWriter& json, const analytics::PeakCell& cell) {
    json.BeginObject().Key("weekday").Int(cell.weekday + 1).Key("hour").Int(cell.hour);
    json.Key("hours").Double(cell.hours);
    WriteNumber(json, "value", cell.value);
    json.EndObject();
}

std::int64_t MinutesIn(Duration duration) {
    return std::chrono::duration_cast<std::chrono::minutes>(duration).count();
}

void WritePeaks(
    JsonWriter& json,
    const analytics::PeakQuestion& question,
    const analytics::PeakHours& answer
) {
    json.BeginObject().Key("metric").String(question.metric->name);
    json.Key("unit").String(question.metric->unit).Key("per_hour").Bool(answer.per_hour);
    json.Key("from").String(FormatTime(question.from)).Key("to").String(FormatTime(question.to));
    json.Key("utc_offset_minutes").Int(MinutesIn(question.utc_offset));
    WriteNumber(json, "mean", answer.mean);
    json.Key("cells").BeginArray();
    for (const analytics::PeakCell& cell : answer.cells) {
        WritePeakCell(json, cell);
    }
    json.EndArray().Key("busiest").BeginArray();
    for (const analytics::PeakCell& cell : answer.busiest) {
        WritePeakCell(json, cell);
    }
    json.EndArray().Key("took_ms").Double(answer.took_ms).EndObject();
}

void WriteForecast(
    JsonWriter& json,
    const analytics::ForecastQuestion& question,
    const analytics::Forecast& answer
) {
    json.BeginObject().Key("metric").String(question.metric->name);
    json.Key("unit").String(question.metric->unit);
    json.Key("from").String(FormatTime(answer.from)).Key("to").String(FormatTime(answer.to));
    json.Key("now").String(FormatTime(answer.now));
    json.Key("utc_offset_minutes").Int(MinutesIn(question.utc_offset));
    json.Key("so_far").Double(answer.so_far);
    WriteNumber(json, "forecast", answer.forecast);
    WriteNumber(json, "low", answer.low);
    WriteNumber(json, "high", answer.high);
    json.Key("confidence").Double(analytics::kForecastConfidence);
    json.Key("certainty").String(ToString(answer.certainty));
    json.Key("history_days").Int(answer.history_days);
    WriteNumber(json, "error_ratio", answer.error_ratio);
    json.Key("days").BeginArray();
    for (const analytics::ForecastDay& day : answer.days) {
        json.BeginObject().Key("from").String(FormatTime(day.from));
        WriteNumber(json, "actual", day.actual);
        WriteNumber(json, "expected", day.expected);
        json.EndObject();
    }
    json.EndArray().Key("took_ms").Double(answer.took_ms).EndObject();
}

void WriteUsd(JsonWriter& json, std::string_view key, const OptionalMoney& money) {
    // A quotient is rounded once; a product with 1e-9 would be twice.
    WriteNumber(
        json,
        key,
        money ? std::optional(static_cast<double>(money->nano_usd()) / 1e9) : std::nullopt
    );
}

void WriteWhatIfItem(JsonWriter& json, const analytics::WhatIfItem& item) {
    json.BeginObject().Key("provider").StringOrNull(item.provider);
    json.Key("model").StringOrNull(item.model);
    json.Key("service_tier").StringOrNull(item.service_tier);
    json.Key("calls").Int(item.calls);
    WriteInt(json, "input_tokens", item.input_tokens);
    WriteInt(json, "cached_input_tokens", item.cached_input_tokens);
    WriteInt(json, "output_tokens", item.output_tokens);
    WriteUsd(json, "cost_usd", item.cost);
    WriteUsd(json, "what_if_usd", item.what_if);
    json.Key("why_unpriced").StringOrNull(prices::ToString(item.why));
    json.EndObject();
}

void WriteWhatIf(
    JsonWriter& json,
    const analytics::WhatIfQuestion& question,
    const analytics::WhatIf& answer
) {
    json.BeginObject().Key("model").StringOrNull(question.model);
    json.Key("provider").StringOrNull(question.provider);
    WriteNumber(json, "cached_share", question.cached_share);
    json.Key("from").String(FormatTime(question.from)).Key("to").String(FormatTime(question.to));
    json.Key("calls").Int(answer.calls);
    WriteUsd(json, "cost_usd", answer.cost);
    WriteUsd(json, "compared_cost_usd", answer.compared);
    WriteUsd(json, "what_if_usd", answer.what_if);
    WriteUsd(
        json,
        "difference_usd",
        Money::FromNanoUsd(answer.what_if.nano_usd() - answer.compared.nano_usd())
    );
    json.Key("unpriced_calls").Int(answer.unpriced_calls);
    json.Key("items").BeginArray();
    for (const analytics::WhatIfItem& item : answer.items) {
        WriteWhatIfItem(json, item);
    }
    json.EndArray().Key("took_ms").Double(answer.took_ms).EndObject();
}

}  // namespace

net::HttpResponse GetExplanation(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    const auto limit =
        parameters.Count("limit", analytics::kDefaultContributions, analytics::kContributionsMax);
    if (!limit.Ok()) {
        return Problem(limit.error());
    }
    analytics::ExplainText text;
    text.metric = parameters.Get("metric");
    text.from = parameters.Get("from");
    text.to = parameters.Get("to");
    text.base_from = parameters.Get("base_from");
    text.base_to = parameters.Get("base_to");
    text.filters = Texts(parameters.All("filter"));
    text.base_filters = Texts(parameters.All("base_filter"));
    text.dimensions = Texts(parameters.All("dimensions"));
    text.limit = *limit;
    return Answer(
        services,
        text,
        analytics::ParseExplain,
        [&](const auto& question) { return analytics::Explain(question, services.deps.store); },
        [](JsonWriter& json, const auto&, const auto& answer) { WriteExplanation(json, answer); }
    );
}

net::HttpResponse GetSlowCalls(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    const auto limit =
        parameters.Count("limit", analytics::kDefaultSlowGroups, analytics::kSlowGroupsMax);
    if (!limit.Ok()) {
        return Problem(limit.error());
    }
    analytics::SlowText text;
    text.metric = parameters.Get("metric");
    text.at_least_ms = parameters.Get("at_least_ms");
    text.quantile = parameters.Get("quantile");
    text.from = parameters.Get("from");
    text.to = parameters.Get("to");
    text.filters = Texts(parameters.All("filter"));
    text.dimensions = Texts(parameters.All("dimensions"));
    text.limit = *limit;
    return Answer(
        services,
        text,
        analytics::ParseSlow,
        [&](const auto& question) { return analytics::FindSlow(question, services.deps.store); },
        WriteSlow
    );
}

net::HttpResponse GetPeakHours(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    analytics::PeakText text;
    text.metric = parameters.Get("metric");
    text.from = parameters.Get("from");
    text.to = parameters.Get("to");
    text.filters = Texts(parameters.All("filter"));
    text.utc_offset_minutes = parameters.Get("utc_offset_minutes");
    return Answer(
        services,
        text,
        analytics::ParsePeaks,
        [&](const auto& question) { return analytics::FindPeaks(question, services.deps.store); },
        WritePeaks
    );
}

net::HttpResponse GetForecast(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    analytics::ForecastText text;
    text.metric = parameters.Get("metric");
    text.filters = Texts(parameters.All("filter"));
    text.utc_offset_minutes = parameters.Get("utc_offset_minutes");
    return Answer(
        services,
        text,
        analytics::ParseForecast,
        [&](const auto& question) {
            return analytics::MakeForecast(question, services.deps.store);
        },
        WriteForecast
    );
}

net::HttpResponse GetWhatIf(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    analytics::WhatIfText text;
    text.model = parameters.Get("model");
    text.provider = parameters.Get("provider");
    text.cached_share = parameters.Get("cached_share");
    text.from = parameters.Get("from");
    text.to = parameters.Get("to");
    text.filters = Texts(parameters.All("filter"));
    const auto book = services.deps.prices != nullptr ? services.deps.prices->Get()
                                                      : prices::PriceBook::BuiltIn();
    return Answer(
        services,
        text,
        analytics::ParseWhatIf,
        [&](const auto& question) {
            return analytics::AskWhatIf(question, services.deps.store, *book);
        },
        WriteWhatIf
    );
}

}  // namespace sightglass::serve
