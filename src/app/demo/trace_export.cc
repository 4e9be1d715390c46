// Runs as a tracing library exports them: OTLP in JSON, with the GenAI attributes of OpenTelemetry; guardrails and
// evaluators, which those do not know, with those of OpenInference.
#include <string>

#include "app/demo/agents.h"
#include "app/demo/cast.h"
#include "codec/json_writer.h"

namespace sightglass::demo {

namespace {

using codec::JsonWriter;

void Text(JsonWriter& json, std::string_view key, std::string_view value) {
    json.BeginObject().Key("key").String(key).Key("value").BeginObject();
    json.Key("stringValue").String(value).EndObject().EndObject();
}

void Number(JsonWriter& json, std::string_view key, std::int64_t value) {
    json.BeginObject().Key("key").String(key).Key("value").BeginObject();
    json.Key("intValue").String(std::to_string(value)).EndObject().EndObject();
}

std::string Message(std::string_view role, std::string_view text) {
    JsonWriter json;
    json.BeginArray().BeginObject().Key("role").String(role).Key("parts").BeginArray();
    json.BeginObject().Key("type").String("text").Key("content").String(text).EndObject();
    return json.EndArray().EndObject().EndArray().Take();
}

void DescribeCall(JsonWriter& json, const Run& run, const Step& step) {
    Text(json, "gen_ai.operation.name", "chat");
    Text(json, "gen_ai.provider.name", run.agent->provider);
    Text(json, "gen_ai.request.model", step.profile->name);
    if (!step.error.empty()) {
        Text(json, "error.type", step.error);
        Number(json, "http.response.status_code", 429);
        return;
    }
    const ModelProfile* model = FindModel(step.profile->name);  // None: of another provider.
    Text(json, "gen_ai.response.model", model == nullptr ? step.profile->name : model->served_as);
    Text(json, "gen_ai.response.id", step.response_id);
    Number(json, "gen_ai.usage.input_tokens", step.input_tokens);
    Number(json, "gen_ai.usage.output_tokens", step.output_tokens);
    Number(json, "gen_ai.usage.cache_read.input_tokens", step.cached_tokens);
    Text(json, "gen_ai.input.messages", Message("user", step.question));
    Text(json, "gen_ai.output.messages", Message("assistant", step.answer));
}

void Describe(JsonWriter& json, const Run& run, const Step& step) {
    const std::string_view name = step.profile->name;
    switch (step.profile->kind) {
        case StepKind::kCall:
            DescribeCall(json, run, step);
            return;
        case StepKind::kAgent:
            Text(json, "gen_ai.operation.name", "invoke_agent");
            Text(json, "gen_ai.agent.name", name);
            return;
        case StepKind::kWorkflow:
            Text(json, "gen_ai.operation.name", "invoke_workflow");
            Text(json, "gen_ai.workflow.name", name);
            return;
        case StepKind::kTool:
            Text(json, "gen_ai.operation.name", "execute_tool");
            Text(json, "gen_ai.tool.name", name);
            return;
        case StepKind::kSearch:
            Text(json, "gen_ai.operation.name", "retrieval");
            return;
        case StepKind::kGuardrail:
            Text(json, "openinference.span.kind", "GUARDRAIL");
            return;
        case StepKind::kCheck:
            Text(json, "openinference.span.kind", "EVALUATOR");
            return;
    }
}

std::string NameOf(const Step& step) {
    std::string name(step.profile->name);
    switch (step.profile->kind) {
        case StepKind::kCall:
            return "chat " + name;
        case StepKind::kAgent:
            return "invoke_agent " + name;
        case StepKind::kTool:
            return "execute_tool " + name;
        case StepKind::kSearch:
            return "retrieval " + name;
        default:
            return name;
    }
}

std::string Nanos(Time time) {
    return std::to_string(ToMicros(time)) + "000";
}

void WriteStep(JsonWriter& json, const Run& run, const Step& step) {
    constexpr int kClient = 3;
    constexpr int kInternal = 1;
    constexpr int kError = 2;
    json.BeginObject().Key("traceId").String(run.trace_id).Key("spanId").String(step.span_id);
    if (!step.parent_span_id.empty()) {
        json.Key("parentSpanId").String(step.parent_span_id);
    }
    json.Key("name").String(NameOf(step));
    json.Key("kind").Int(step.profile->kind == StepKind::kCall ? kClient : kInternal);
    json.Key("startTimeUnixNano").String(Nanos(step.started_at));
    json.Key("endTimeUnixNano").String(Nanos(step.ended_at));
    json.Key("attributes").BeginArray();
    Describe(json, run, step);
    Text(json, "user.id", run.user);
    json.EndArray();
    if (!step.error.empty()) {
        json.Key("status").BeginObject().Key("code").Int(kError);
        json.Key("message").String(step.error).EndObject();
    }
    json.EndObject();
}

}  // namespace

std::string TraceExport(std::span<const Run> runs) {
    JsonWriter json;
    json.BeginObject().Key("resourceSpans").BeginArray();
    for (const Run& run : runs) {
        json.BeginObject().Key("resource").BeginObject().Key("attributes").BeginArray();
        Text(json, "service.name", run.agent->service);
        Text(json, "deployment.environment.name", run.agent->environment);
        json.EndArray().EndObject().Key("scopeSpans").BeginArray().BeginObject();
        json.Key("scope").BeginObject().Key("name").String("northwind.agents").EndObject();
        json.Key("spans").BeginArray();
        for (const Step& step : run.steps) {
            WriteStep(json, run, step);
        }
        json.EndArray().EndObject().EndArray().EndObject();
    }
    return json.EndArray().EndObject().Take();
}

}  // namespace sightglass::demo
