// What a request says: model (in the path), stream, who for, parameters.
#include <string>

#include "base/text.h"
#include "dialect/anthropic/anthropic.h"
#include "dialect/bedrock/bedrock.h"
#include "dialect/bedrock/operation.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/params.h"
#include "dialect/paths.h"

namespace sightglass::dialect::bedrock {
namespace {

using codec::JsonValue;

void ReadConverseParams(JsonValue body, Params& params) {
    const JsonValue config = body.Get("inferenceConfig");
    params.Number("temperature", config.Get("temperature"));
    params.Number("top_p", config.Get("topP"));
    params.Number("top_k", config.Get("topK"));
    params.Number("max_tokens", FirstMember(config, {"maxTokens", "max_new_tokens"}));
    params.Present("stop", config.Get("stopSequences"));
    params.Count("messages", body.Get("messages"));
    params.Count("tools", body.Get("toolConfig").Get("tools"));
    params.Text("latency", body.Get("performanceConfig").Get("latency"));
    params.Present("guardrail", body.Get("guardrailConfig"));
}

/// Of invocations: what the families call the same things.
void ReadInvocationParams(JsonValue body, Params& params) {
    const JsonValue titan = body.Get("textGenerationConfig");
    const JsonValue config = titan.Exists() ? titan : body;
    params.Number("temperature", config.Get("temperature"));
    params.Number("top_p", FirstMember(config, {"top_p", "topP", "p"}));
    params.Number("top_k", FirstMember(config, {"top_k", "topK", "k"}));
    params.Number(
        "max_tokens",
        FirstMember(
            config,
            {"max_tokens",
             "max_gen_len",
             "maxTokenCount",
             "maxTokens",
             "max_completion_tokens",
             "max_tokens_to_sample"}
        )
    );
    params.Count("messages", body.Get("messages"));
    params.Count("tools", body.Get("tools"));
    params.Number("dimensions", body.Get("dimensions"));
}

}  // namespace

void ReadRequestLine(std::string_view method, std::string_view path, Call& call) {
    Assign(call.method, method);
    call.operation = OperationOf(method, path);
    const std::string_view whole = PathOnly(path);
    const std::size_t mark = whole.find("/model/");
    const std::size_t end = whole.rfind('/');
    if (mark != std::string_view::npos && end > mark + 7) {
        call.endpoint.assign("/model/{model}").append(Shortened(whole.substr(end), kNameBytesMax));
        MakeValidUtf8(call.endpoint);
    } else {
        call.endpoint.assign(EndpointOf(path, {}));
    }
}

void ReadRequest(const RequestView& request, Call& call) {
    if (!call.operation.has_value()) {
        ReadRequestLine(request.method, request.path, call);
    }
    Assign(call.model_requested, ModelOf(request.path));
    const std::string_view path = PathOnly(request.path);
    if (call.operation != Operation::kOther) {
        call.stream = path.ends_with("-stream");
    }
    const JsonValue body = ParseBody(request);
    if (!body.IsObject()) {
        return;
    }
    body.Get("requestMetadata").ForEach([&call](std::string_view key, JsonValue value) {
        AddTag(call, key, TextOf(value));
        return call.tags.size() < kTagsMax;
    });
    if (body.Get("anthropic_version").Exists()) {
        anthropic::ReadRequestMembers(body, call);
        return;
    }
    Assign(call.service_tier, TextOf(body.Get("serviceTier").Get("type")));
    Params params;
    if (path.ends_with("/converse") || path.ends_with("/converse-stream") ||
        body.Get("inferenceConfig").Exists()) {
        ReadConverseParams(body, params);
    } else {
        ReadInvocationParams(body, params);
    }
    params.MoveTo(call);
}

}  // namespace sightglass::dialect::bedrock
