// /api/v1/quality: what was wrong with the calls of a time, by source and cleaning step.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analytics/call_list.h"
#include "analytics/question.h"
#include "base/text.h"
#include "codec/json_writer.h"
#include "pipeline/findings.h"
#include "serve/api/handlers.h"
#include "serve/api/quality_body.h"
#include "serve/api/query_body.h"
#include "serve/authentication.h"
#include "serve/problem.h"
#include "store/matching.h"

namespace sightglass::serve {
namespace {

constexpr std::int64_t kExamples = 5;
constexpr std::int64_t kStepRows = 10'000;
constexpr std::size_t kFoundMax = 200;

/// One thing that may be wrong with calls.
struct Kind {
    std::string_view name;
    std::string_view metric;  ///< Which counts them.
    /// Those that are meant, as /api/v1/calls takes filters; none where no filters say it.
    std::array<std::string_view, 6> filters = {};
};

constexpr auto kKinds = std::to_array<Kind>({
    {"joined", "joined_calls", {"records:>=2"}},
    {"repaired", "repaired", {"repairs:*"}},
    {"estimated", "estimated", {"token_source:counted", "token_source:estimated"}},
    {"unpriced", "unpriced", {"cost_source:unpriced"}},
    {"incomplete", "incomplete"},
    {"interrupted", "interrupted", {"status:interrupted"}},
    {"without_model", "without_model", {"-model:*"}},
    {"without_status", "without_status", {"-status:*"}},
    {"without_duration", "without_duration", {"-latency_us:*"}},
    {"without_tokens",
     "without_tokens",
     {"token_source:none",
      "status:ok",
      "operation:chat",
      "operation:response",
      "operation:completion",
      "operation:embedding"}},
});

constexpr std::size_t kFoundKinds = static_cast<std::size_t>(pipeline::FindingKind::kCount_);

/// What was found beside calls, by kind.
using FoundCounts = std::array<std::uint64_t, kFoundKinds>;

/// What is asked, and who answers.
struct Asked {
    const Services& services;
    std::string from;
    std::string to;
    std::string interval;
    std::vector<std::string> filters;

    analytics::QuestionText Question() const {
        analytics::QuestionText text;
        text.metrics = {"calls"};
        text.from = from;
        text.to = to;
        text.filters = filters;
        return text;
    }

    /// Asks for calls, and where wanted for what counts each kind behind them: metrics that are not
    /// listed in the catalogue for everybody.
    Result<analytics::Answer>
    Ask(const analytics::QuestionText& text, bool with_kinds, std::vector<std::string_view>* allowed
    ) const {
        SG_ASSIGN_OR_RETURN(
            analytics::Question question,
            analytics::ParseQuestion(text, services.deps.clock.Now(), allowed)
        );
        for (const Kind& kind : kKinds) {
            if (with_kinds) {
                question.plan.metrics.push_back(FindMetric(kind.metric));
            }
        }
        return analytics::Ask(question, services.deps.store);
    }
};

std::int64_t CountOf(const store::Cell& cell) {
    const auto* const count = std::get_if<std::int64_t>(&cell);
    return count == nullptr ? 0 : *count;
}

std::string TextOf(const store::Cell& cell) {
    const auto* const text = std::get_if<std::string>(&cell);
    return text == nullptr ? std::string() : *text;
}

/// The cells from `first` on are "calls" and the kinds.
void WriteCounts(
    codec::JsonWriter& json,
    const std::vector<store::Cell>& row,
    std::size_t first,
    const FoundCounts& found
) {
    json.Key("calls").Int(row.size() > first ? CountOf(row[first]) : 0);
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        const std::size_t place = first + 1 + i;
        json.Key(kKinds[i].name).Int(row.size() > place ? CountOf(row[place]) : 0);
    }
    for (std::size_t i = 0; i < kFoundKinds; ++i) {
        json.Key(ToString(static_cast<pipeline::FindingKind>(i)));
        json.Int(static_cast<std::int64_t>(found[i]));
    }
}

/// A row a source, with those that only findings know.
void WriteSources(
    codec::JsonWriter& json,
    const store::Table& table,
    const std::vector<pipeline::Findings::Hour>& hours
) {
    std::map<std::string, FoundCounts> found;
    for (const auto& hour : hours) {
        FoundCounts& counts = found[std::string(ToString(hour.source))];
        counts[static_cast<std::size_t>(hour.kind)] += hour.count;
    }
    json.Key("sources").BeginArray();
    for (const auto& row : table.rows) {
        const std::string source = TextOf(row[0]);
        json.BeginObject().Key("source").StringOrNull(source);
        WriteCounts(json, row, 1, found[source]);
        json.EndObject();
        found.erase(source);
    }
    for (const auto& [source, counts] : found) {
        json.BeginObject().Key("source").String(source);
        WriteCounts(json, {}, 1, counts);
        json.EndObject();
    }
    json.EndArray();
}

/// One row of the table is all of them, or there is none.
void WriteKinds(codec::JsonWriter& json, const Asked& asked, const store::Table& totals) {
    json.Key("kinds").BeginArray();
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        const Kind& kind = kKinds[i];
        const std::int64_t calls = totals.rows.empty() ? 0 : CountOf(totals.rows[0][1 + i]);
        json.BeginObject().Key("kind").String(kind.name).Key("calls").Int(calls);
        analytics::CallListText list;
        list.from = asked.from;
        list.to = asked.to;
        list.filters = asked.filters;
        list.limit = kExamples;
        json.Key("filters").BeginArray();
        for (const std::string_view filter : kind.filters) {
            if (!filter.empty()) {
                json.String(filter);
                list.filters.emplace_back(filter);
            }
        }
        json.EndArray().Key("examples").BeginArray();
        const auto query = analytics::ParseCallList(list, asked.services.deps.clock.Now());
        if (calls > 0 && !kind.filters[0].empty() && query.Ok()) {
            const auto page = analytics::ListCalls(*query, asked.services.deps.store);
            for (const Call& call : page.Ok() ? page->calls : std::vector<Call>()) {
                json.BeginObject().Key("call_id").String(ToString(call.call_id));
                json.Key("started_at").String(call.started_at ? FormatTime(*call.started_at) : "");
                json.Key("source").StringOrNull(call.source ? ToString(*call.source) : "");
                json.Key("model").StringOrNull(call.model);
                json.Key("repairs").StringOrNull(call.repairs).EndObject();
            }
        }
        json.EndArray().EndObject();
    }
    json.EndArray();
}

/// Columns: source, repairs, calls. A call counts at each step that changed it.
void WriteSteps(codec::JsonWriter& json, const store::Table& table) {
    std::map<std::pair<std::string, std::string>, std::int64_t> steps;
    for (const auto& row : table.rows) {
        const std::string repairs = TextOf(row[1]);
        for (const std::string_view step : Split(repairs, ',')) {
            steps[{TextOf(row[0]), std::string(Trim(step))}] += CountOf(row[2]);
        }
    }
    json.Key("steps").BeginArray();
    for (const auto& [key, calls] : steps) {
        json.BeginObject().Key("source").StringOrNull(key.first).Key("step").String(key.second);
        json.Key("calls").Int(calls);
        json.Key("filters").BeginArray().String("repairs:~" + key.second).EndArray().EndObject();
    }
    json.EndArray();
}

/// By the buckets of the table: what was found counts in the one that its hour begins in.
void WriteTrend(
    codec::JsonWriter& json,
    const analytics::Answer& answer,
    const std::vector<pipeline::Findings::Hour>& hours
) {
    std::map<Time, std::pair<const std::vector<store::Cell>*, FoundCounts>> buckets;
    for (const auto& row : answer.table.rows) {
        buckets[std::get<Time>(row[0])].first = &row;
    }
    for (const auto& hour : hours) {
        const Time bucket = store::BucketStart(std::max(hour.at, answer.from), *answer.interval);
        buckets[bucket].second[static_cast<std::size_t>(hour.kind)] += hour.count;
    }
    json.Key("trend").BeginArray();
    for (const auto& [time, bucket] : buckets) {
        json.BeginObject().Key("time").String(FormatTime(time));
        WriteCounts(
            json,
            bucket.first == nullptr ? std::vector<store::Cell>() : *bucket.first,
            1,
            bucket.second
        );
        json.EndObject();
    }
    json.EndArray();
}

void WriteFound(codec::JsonWriter& json, const std::vector<pipeline::Finding>& found) {
    json.Key("found").BeginArray();
    for (std::size_t i = 0; i < std::min(found.size(), kFoundMax); ++i) {
        const pipeline::Finding& one = found[i];
        json.BeginObject().Key("at").String(FormatTime(one.at));
        json.Key("kind").String(ToString(one.kind)).Key("source").String(ToString(one.source));
        json.Key("count").Int(static_cast<std::int64_t>(one.count));
        json.Key("call_id").StringOrNull(one.call_id.IsNil() ? "" : ToString(one.call_id));
        json.Key("place").StringOrNull(one.place);
        json.Key("reason").StringOrNull(one.reason).EndObject();
    }
    json.EndArray();
}

/// The tables that an answer is made of.
struct Tables {
    analytics::Answer sources;
    analytics::Answer totals;
    analytics::Answer trend;
    analytics::Answer steps;
};

Result<Tables> AskAll(const Asked& asked, std::vector<std::string_view>* allowed) {
    Tables tables;
    analytics::QuestionText text = asked.Question();
    SG_ASSIGN_OR_RETURN(tables.totals, asked.Ask(text, true, allowed));
    text.group_by = {"source"};
    SG_ASSIGN_OR_RETURN(tables.sources, asked.Ask(text, true, allowed));
    text.group_by.clear();
    text.interval = asked.interval.empty() ? "auto" : asked.interval;
    SG_ASSIGN_OR_RETURN(tables.trend, asked.Ask(text, true, allowed));
    analytics::QuestionText steps = asked.Question();
    steps.group_by = {"source", "repairs"};
    steps.filters.emplace_back("repairs:*");
    steps.limit = kStepRows;
    SG_ASSIGN_OR_RETURN(tables.steps, asked.Ask(steps, false, allowed));
    return tables;
}

}  // namespace

net::HttpResponse GetQuality(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    Asked asked{.services = services, .from = {}, .to = {}, .interval = {}, .filters = {}};
    asked.from = parameters.Get("from");
    asked.to = parameters.Get("to");
    asked.interval = parameters.Get("interval");
    for (const std::string_view filter : parameters.All("filter")) {
        asked.filters.emplace_back(filter);
    }
    std::vector<std::string_view> allowed;
    const Result<Tables> tables = AskAll(asked, &allowed);
    if (!tables.Ok()) {
        return BadQuestion(tables.error(), allowed);
    }
    const Time from = tables->totals.from;
    const Time to = tables->totals.to;
    std::vector<pipeline::Findings::Hour> hours;
    std::vector<pipeline::Finding> found;
    // Findings have a source and nothing else that a filter could be about.
    if (services.deps.findings != nullptr && asked.filters.empty()) {
        hours = services.deps.findings->CountsBetween(from, to);
        found = services.deps.findings->ExamplesBetween(from, to);
    }
    codec::JsonWriter json;
    json.BeginObject();
    WriteSources(json, tables->sources.table, hours);
    WriteKinds(json, asked, tables->totals.table);
    WriteSteps(json, tables->steps.table);
    WriteTrend(json, tables->trend, hours);
    WriteFound(json, found);
    json.Key("from").String(FormatTime(from)).Key("to").String(FormatTime(to));
    json.Key("interval").String(FormatDuration(*tables->trend.interval)).EndObject();
    return Json(json.Take());
}

net::HttpResponse PostRejected(const Services& services, const ApiRequest& request) {
    if (services.deps.findings == nullptr) {
        return Problem(503, "unavailable", "This server keeps no findings.");
    }
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    const auto rejected = ReadRejected(request.http.body, services.deps.clock.Now());
    if (!rejected.Ok()) {
        return Problem(400, "invalid_argument", rejected.error().message);
    }
    services.deps.findings->Add(*rejected);
    net::HttpResponse response;
    response.status = 204;
    return response;
}

}  // namespace sightglass::serve
