// What a request says: model (in the path), stream, labels, parameters.
#include <array>
#include <initializer_list>
#include <string>

#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/gemini/gemini.h"
#include "dialect/gemini/operation.h"
#include "dialect/json_reading.h"
#include "dialect/params.h"
#include "dialect/paths.h"

namespace sightglass::dialect::gemini {
namespace {

using codec::JsonValue;

/// Both spellings that Google's JSON takes: "generationConfig" and "generation_config".
JsonValue Either(JsonValue object, std::string_view camel, std::string_view snake) noexcept {
    const JsonValue value = object.Get(camel);
    return value.Exists() ? value : object.Get(snake);
}

void ReadConfig(JsonValue config, Params& params) {
    params.Number("temperature", config.Get("temperature"));
    params.Number("top_p", Either(config, "topP", "top_p"));
    params.Number("top_k", Either(config, "topK", "top_k"));
    params.Number("n", Either(config, "candidateCount", "candidate_count"));
    params.Number("max_tokens", Either(config, "maxOutputTokens", "max_output_tokens"));
    params.Present("seed", config.Get("seed"));
    params.Present("stop", Either(config, "stopSequences", "stop_sequences"));
    params.Text("response_format", Either(config, "responseMimeType", "response_mime_type"));
    const JsonValue thinking = Either(config, "thinkingConfig", "thinking_config");
    params.Number("thinking_budget", Either(thinking, "thinkingBudget", "thinking_budget"));
    const JsonValue level = Either(thinking, "thinkingLevel", "thinking_level");
    params.Text("reasoning_effort", level.Exists() ? level : config.Get("thinking_level"));
}

void ReadParams(JsonValue body, Call& call) {
    Params params;
    ReadConfig(Either(body, "generationConfig", "generation_config"), params);
    const JsonValue contents = body.Get("contents");
    params.Count("messages", contents.Exists() ? contents : body.Get("input"));
    params.Count("tools", body.Get("tools"));
    const JsonValue tools = Either(body, "toolConfig", "tool_config");
    const JsonValue calling = Either(tools, "functionCallingConfig", "function_calling_config");
    params.Text("tool_choice", calling.Get("mode"));
    params.Present("cached_content", Either(body, "cachedContent", "cached_content"));
    params.Count("requests", body.Get("requests"));
    params.Count("instances", body.Get("instances"));
    params.Number("dimensions", Either(body, "outputDimensionality", "output_dimensionality"));
    params.Text("task_type", Either(body, "taskType", "task_type"));
    params.Text("previous_response_id", body.Get("previous_interaction_id"));
    params.MoveTo(call);
}

/// "gemini-pro" of "models/gemini-pro" and of longer names of the same.
std::string_view LastSegment(std::string_view name) noexcept {
    return name.substr(name.rfind('/') + 1);
}

}  // namespace

void ReadRequestLine(std::string_view method, std::string_view path, Call& call) {
    static constexpr auto kIds = std::to_array<PathId>({
        {"projects", "{id}"},
        {"locations", "{id}"},
        {"models", "{model}"},
        {"endpoints", "{id}"},
        {"files", "{id}"},
        {"cachedContents", "{id}"},
        {"batches", "{id}"},
        {"operations", "{id}"},
        {"interactions", "{id}"},
        {"tunedModels", "{model}"},
    });
    Assign(call.method, method);
    call.operation = OperationOf(method, path);
    call.endpoint = EndpointOf(path, kIds);
}

void ReadRequest(const RequestView& request, Call& call) {
    if (!call.operation.has_value()) {
        ReadRequestLine(request.method, request.path, call);
    }
    const std::string_view method = GoogleMethodOf(request.path);
    for (const std::string_view collection : {"models", "tunedModels", "endpoints"}) {
        const std::string model = PercentDecoded(SegmentAfter(request.path, collection));
        AssignUnlessSet(call.model_requested, std::string_view(model).substr(0, model.rfind(':')));
    }
    AssignUnlessSet(call.project, PercentDecoded(SegmentAfter(request.path, "projects")));
    if (!method.empty() && call.operation != Operation::kOther) {
        call.stream = method == "streamGenerateContent";
    }
    const JsonValue body = ParseBody(request);
    if (!body.IsObject()) {
        return;
    }
    AssignUnlessSet(call.model_requested, LastSegment(TextOf(body.Get("model"))));
    AssignUnlessSet(call.model_requested, TextOf(body.Get("agent")));
    if (call.operation == Operation::kResponse) {
        call.stream = body.Get("stream").Bool().value_or(false);
    }
    body.Get("labels").ForEach([&call](std::string_view key, JsonValue value) {
        AddTag(call, key, TextOf(value));
        return call.tags.size() < kTagsMax;
    });
    ReadParams(body, call);
}

}  // namespace sightglass::dialect::gemini
