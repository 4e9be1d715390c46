// /api/v1/traces: runs of applications, and one run as a tree.
#include "analytics/trace_list.h"
#include "call/catalogue.h"
#include "codec/json_writer.h"
#include "serve/api/feedback_json.h"
#include "serve/api/handlers.h"
#include "serve/api/optional_json.h"
#include "serve/api/page.h"
#include "serve/api/trace_tree.h"
#include "serve/problem.h"
#include "store/trace_reference.h"

namespace sightglass::serve {
namespace {

using codec::JsonWriter;

constexpr std::string_view kCallKind = "call";
constexpr std::size_t kFeedbackMax = 200;
constexpr Time kLatest = TimeFromMicros(7'258'118'400'000'000);  // 2200-01-01

void WriteTimes(JsonWriter& json, const OptionalTime& start, const OptionalTime& end) {
    json.Key("started_at").StringOrNull(start ? FormatTime(*start) : "");
    json.Key("ended_at").StringOrNull(end ? FormatTime(*end) : "");
    WriteInt(
        json,
        "duration_us",
        start && end ? OptionalInt((*end - *start).count()) : OptionalInt()
    );
}

void WriteNames(JsonWriter& json, std::string_view name, const std::vector<std::string>& names) {
    json.Key(name).BeginArray();
    for (const std::string& one : names) {
        json.String(one);
    }
    json.EndArray();
}

void WriteSummary(JsonWriter& json, const store::TraceSummary& trace) {
    json.Key("trace_id").String(trace.trace_id);
    json.Key("name").StringOrNull(trace.name);
    json.Key("kind").String(trace.kind ? ToString(*trace.kind) : kCallKind);
    WriteTimes(json, trace.started_at, trace.ended_at);
    json.Key("calls").Int(trace.calls);
    json.Key("spans").Int(trace.spans);
    json.Key("errors").Int(trace.errors);
    json.Key("failed_spans").Int(trace.failed_spans);
    WriteInt(json, "input_tokens", trace.input_tokens);
    WriteInt(json, "output_tokens", trace.output_tokens);
    WriteCost(json, trace.cost);
    WriteNames(json, "services", trace.services);
    WriteNames(json, "models", trace.models);
}

/// What a waterfall shows of a call.
void WriteCall(JsonWriter& json, const Call& call) {
    json.BeginObject();
    json.Key("call_id").String(ToString(call.call_id));
    json.Key("operation").StringOrNull(NameOf(call.operation));
    json.Key("provider").StringOrNull(call.provider);
    json.Key("model").StringOrNull(call.model.empty() ? call.model_requested : call.model);
    WriteInt(json, "http_status", call.http_status);
    json.Key("error_type").StringOrNull(NameOf(call.error_type));
    WriteInt(json, "ttft_us", call.ttft_us);
    WriteInt(json, "input_tokens", call.InputTokens());
    WriteInt(json, "output_tokens", call.output_tokens);
    WriteInt(json, "total_tokens", Evaluate(Quantity::kTotalTokens, call));
    WriteCost(json, call.cost);
    json.Key("user").StringOrNull(call.user);
    json.Key("session_id").StringOrNull(call.session_id);
    json.EndObject();
}

std::string IdOf(const TraceNode& node) {
    return node.call != nullptr ? ToString(node.call->call_id) : node.span->span_id;
}

void WriteNode(JsonWriter& json, const TraceNode& node, const std::vector<TraceNode>& all) {
    const Call* const call = node.call;
    json.BeginObject();
    json.Key("id").String(IdOf(node));
    json.Key("parent_id").StringOrNull(node.parent ? IdOf(all[*node.parent]) : "");
    json.Key("depth").Int(static_cast<std::int64_t>(node.depth));
    if (call != nullptr) {
        json.Key("kind").String(kCallKind);
        json.Key("name").StringOrNull(store::RootNameOf(*call));
        json.Key("subject").StringOrNull("");
        json.Key("service").StringOrNull(call->service);
        json.Key("status").StringOrNull(NameOf(call->status));
        json.Key("error_message").StringOrNull(call->error_message);
        WriteTimes(json, call->started_at, call->ended_at);
    } else {
        const Span& span = *node.span;
        json.Key("kind").String(ToString(span.kind.value_or(SpanKind::kOther)));
        json.Key("name").StringOrNull(span.name);
        json.Key("subject").StringOrNull(span.subject);
        json.Key("service").StringOrNull(span.service);
        json.Key("status").StringOrNull(NameOf(span.status));
        json.Key("error_message").StringOrNull(span.error_message);
        WriteTimes(json, span.started_at, span.ended_at);
    }
    WriteNames(json, "sources", node.sources);
    json.Key("call");
    if (call != nullptr) {
        WriteCall(json, *call);
    } else {
        json.Null();
    }
    json.EndObject();
}

store::TraceSummary SumsOf(const store::Trace& trace, const std::string& trace_id) {
    std::vector<const Call*> calls;
    for (const Call& call : trace.calls) {
        calls.push_back(&call);
    }
    std::vector<const Span*> spans;
    for (const Span& span : trace.spans) {
        spans.push_back(&span);
    }
    return store::SummaryOf(trace_id, calls, spans);
}

/// What is about the trace, a part of it, or one of its calls; newest first.
Result<std::vector<Feedback>>
FeedbackOn(const store::Trace& trace, const std::string& trace_id, const store::Store& store) {
    store::FeedbackQuery query;
    query.to = kLatest;
    query.limit = kFeedbackMax;
    query.about.trace_ids.push_back(trace_id);
    for (const Call& call : trace.calls) {
        query.about.call_ids.push_back(call.call_id);
        if (!call.provider_response_id.empty()) {
            query.about.provider_response_ids.push_back(call.provider_response_id);
        }
    }
    return store.ListFeedback(query);
}

}  // namespace

net::HttpResponse ListTraces(const Services& services, const ApiRequest& request) {
    analytics::TraceListText text;
    for (const std::string_view filter : request.parameters.All("filter")) {
        text.filters.emplace_back(filter);
    }
    const Collection<analytics::TraceListText, store::TraceQuery, analytics::TracePage> collection{
        analytics::kDefaultPageTraces,
        analytics::kPageTracesMax,
        analytics::ParseTraceList,
        analytics::ListTraces,
        [](JsonWriter& json, const analytics::TracePage& page) {
            json.BeginArray();
            for (const store::TraceSummary& trace : page.traces) {
                json.BeginObject();
                WriteSummary(json, trace);
                json.EndObject();
            }
            json.EndArray();
        }};
    return AnswerPage(services, request, collection, std::move(text));
}

net::HttpResponse GetTrace(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    const auto key = analytics::ParseTraceKey(
        request.path_value,
        parameters.Get("from"),
        parameters.Get("to"),
        services.deps.clock.Now()
    );
    if (!key.Ok()) {
        return Problem(key.error());
    }
    const auto trace = services.deps.store.FindTrace(*key);
    if (!trace.Ok()) {
        return trace.error().code == ErrorCode::kNotFound
                   ? Problem(404, "not_found", "There is no trace of this id.")
                   : Problem(trace.error());
    }
    const auto feedback = FeedbackOn(*trace, key->trace_id, services.deps.store);
    if (!feedback.Ok()) {
        return Problem(feedback.error());
    }
    const std::vector<TraceNode> nodes = MakeTree(*trace);
    JsonWriter json;
    json.BeginObject();
    WriteSummary(json, SumsOf(*trace, key->trace_id));
    json.Key("truncated").Bool(trace->truncated);
    json.Key("nodes").BeginArray();
    for (const TraceNode& node : nodes) {
        WriteNode(json, node, nodes);
    }
    json.EndArray().Key("feedback");
    WriteFeedbackList(json, *feedback);
    json.EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve
