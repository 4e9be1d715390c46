// What a request says: model, stream, who for, tags, parameters.
#include <array>
#include <string>

#include "base/text.h"
#include "codec/json_writer.h"
#include "codec/multipart.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/openai/openai.h"
#include "dialect/openai/operation.h"
#include "dialect/params.h"

namespace sightglass::dialect::openai {
namespace {

using codec::JsonValue;
using namespace std::string_view_literals;

/// "json_schema" of {"type":"json_schema",…}, or the text itself, as audio and images have it.
JsonValue TypeOf(JsonValue format) {
    return format.IsObject() ? format.Get("type") : format;
}

void ReadSampling(JsonValue body, Params& params) {
    static constexpr auto kNumbers = std::to_array(
        {"temperature"sv,
         "top_p"sv,
         "frequency_penalty"sv,
         "presence_penalty"sv,
         "n"sv,
         "best_of"sv,
         "dimensions"sv,
         "top_logprobs"sv,
         "max_tool_calls"sv,
         "partial_images"sv,
         "speed"sv}
    );
    for (const std::string_view name : kNumbers) {
        params.Number(name, body.Get(name));
    }
    params.Number(
        "max_tokens",
        FirstMember(body, {"max_completion_tokens"sv, "max_output_tokens"sv, "max_tokens"sv})
    );
    params.Present("seed", body.Get("seed"));
    params.Present("stop", body.Get("stop"));
}

void ReadShape(JsonValue body, Params& params) {
    params.Count("messages", FirstMember(body, {"messages"sv, "input"sv}));
    params.Count("tools", FirstMember(body, {"tools"sv, "functions"sv}));
    params.Text("tool_choice", body.Get("tool_choice"));
    params.Flag("parallel_tool_calls", body.Get("parallel_tool_calls"));
    JsonValue effort = body.Get("reasoning_effort");
    JsonValue verbosity = body.Get("verbosity");
    params.Text(
        "reasoning_effort",
        effort.IsString() ? effort : body.Get("reasoning").Get("effort")
    );
    params.Text("verbosity", verbosity.IsString() ? verbosity : body.Get("text").Get("verbosity"));
    const JsonValue format = body.Get("response_format");
    params.Text(
        "response_format",
        TypeOf(format.Exists() ? format : body.Get("text").Get("format"))
    );
    static constexpr auto kTexts = std::to_array(
        {"size"sv,
         "quality"sv,
         "output_format"sv,
         "voice"sv,
         "language"sv,
         "encoding_format"sv,
         "truncation"sv,
         "previous_response_id"sv,
         "prompt_cache_key"sv,
         "completion_window"sv,
         "endpoint"sv,
         "stream_format"sv}
    );
    for (const std::string_view name : kTexts) {
        params.Text(name, body.Get(name));
    }
    params.Text("prompt_id", body.Get("prompt").Get("id"));
    params.Flag("include_usage", body.Get("stream_options").Get("include_usage"));
    params.Flag("background", body.Get("background"));
    params.Flag("store", body.Get("store"));
    params.Flag("logprobs", body.Get("logprobs"));
}

void ReadParams(JsonValue body, Call& call) {
    Params params;
    ReadSampling(body, params);
    ReadShape(body, params);
    params.MoveTo(call);
}

/// Keys of metadata that mean a field of the Call, not a tag.
bool IsIdentity(std::string_view key) noexcept {
    return key == "user_id" || key == "session_id" || key == "conversation_id";
}

void ReadAttribution(JsonValue body, Call& call) {
    const JsonValue metadata = body.Get("metadata");
    AssignUnlessSet(call.user, TextOf(body.Get("user")));
    AssignUnlessSet(call.user, TextOf(body.Get("safety_identifier")));
    AssignUnlessSet(call.user, TextOf(metadata.Get("user_id")));
    const JsonValue conversation = body.Get("conversation");
    AssignUnlessSet(call.session_id, TextOf(metadata.Get("session_id")));
    AssignUnlessSet(call.session_id, TextOf(metadata.Get("conversation_id")));
    AssignUnlessSet(
        call.session_id,
        TextOf(conversation.IsObject() ? conversation.Get("id") : conversation)
    );
    if (!metadata.IsObject()) {
        return;
    }
    metadata.ForEach([&call](std::string_view key, JsonValue value) {
        if (value.IsString() && !IsIdentity(key)) {
            AddTag(call, key, TextOf(value));
        }
        return call.tags.size() < kTagsMax;
    });
}

void ReadStream(JsonValue body, bool whole, Call& call) {
    const auto stream = body.Get("stream").Bool();
    if (stream.has_value()) {
        call.stream = stream;
    } else if (TextOf(body.Get("stream_format")) == "sse") {
        call.stream = true;
    } else if (whole && call.operation != Operation::kOther) {
        call.stream = false;
    }
}

/// A form's fields as the JSON object that the same request would be without a file.
std::string FormAsJson(const RequestView& request) {
    codec::JsonWriter json;
    json.BeginObject();
    for (const std::string_view piece : {request.body, request.body_tail}) {
        for (const codec::MultipartField& field :
             codec::ReadMultipartFields(request.content_type, piece)) {
            json.Key(field.name);
            if (const auto number = ParseDouble(field.value); number.has_value()) {
                json.Double(*number);
            } else if (field.value == "true" || field.value == "false") {
                json.Bool(field.value == "true");
            } else {
                json.String(field.value);
            }
        }
    }
    return json.EndObject().Take();
}

JsonValue ParseRequest(const RequestView& request) {
    if (StartsWithIgnoreCase(Trim(request.content_type), "multipart/")) {
        return ParseJson(FormAsJson(request));
    }
    return ParseBody(request);
}

}  // namespace

void ReadRequestLine(std::string_view method, std::string_view path, Call& call) {
    Assign(call.method, method);
    call.operation = OperationOf(method, path);
    call.endpoint = EndpointOf(path);
}

void ReadRequest(const RequestView& request, Call& call) {
    if (!call.operation.has_value()) {
        ReadRequestLine(request.method, request.path, call);
    }
    const JsonValue body = ParseRequest(request);
    if (body.IsObject()) {
        Assign(call.model_requested, TextOf(body.Get("model")));
        AssignUnlessSet(call.model_requested, TextOf(body.Get("session").Get("model")));
        Assign(call.service_tier, TextOf(body.Get("service_tier")));
        ReadStream(body, !request.truncated, call);
        ReadAttribution(body, call);
        ReadParams(body, call);
    }
    AssignUnlessSet(call.model_requested, DeploymentOf(request.path));
    if (call.operation == Operation::kRealtime) {
        AssignUnlessSet(call.model_requested, QueryParameter(request.path, "model"));
    }
}

}  // namespace sightglass::dialect::openai
