// What a request says: operation, model, stream, conversation, parameters.
#include <array>
#include <utility>

#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/cohere/cohere.h"
#include "dialect/json_reading.h"
#include "dialect/params.h"
#include "dialect/paths.h"

namespace sightglass::dialect::cohere {
namespace {

using codec::JsonValue;
using namespace std::string_view_literals;

Operation OperationOf(std::string_view method, std::string_view path) noexcept {
    constexpr std::array<std::pair<std::string_view, Operation>, 6> kPosted = {{
        {"/chat", Operation::kChat},
        {"/generate", Operation::kCompletion},
        {"/summarize", Operation::kCompletion},
        {"/embed", Operation::kEmbedding},
        {"/rerank", Operation::kRerank},
        {"/audio/transcriptions", Operation::kTranscription},
    }};
    path = PathOnly(path);
    for (const auto& [end, operation] : kPosted) {
        if (method == "POST" && path.ends_with(end)) {
            return operation;
        }
    }
    return Operation::kOther;
}

void ReadParams(JsonValue body, Call& call) {
    Params params;
    for (const std::string_view name :
         {"temperature"sv,
          "max_tokens"sv,
          "max_input_tokens"sv,
          "frequency_penalty"sv,
          "presence_penalty"sv,
          "top_n"sv,
          "output_dimension"sv}) {
        params.Number(name, body.Get(name));
    }
    params.Number("top_p", body.Get("p"));
    params.Number("top_k", body.Get("k"));
    params.Present("seed", body.Get("seed"));
    params.Present("stop", body.Get("stop_sequences"));
    for (const std::string_view name :
         {"messages"sv, "chat_history"sv, "tools"sv, "documents"sv, "texts"sv, "images"sv}) {
        params.Count(name, body.Get(name));
    }
    for (const std::string_view name :
         {"input_type"sv, "truncate"sv, "safety_mode"sv, "tool_choice"sv, "citation_quality"sv}) {
        params.Text(name, body.Get(name));
    }
    params.Text("response_format", body.Get("response_format").Get("type"));
    params.Text("thinking", body.Get("thinking").Get("type"));
    params.MoveTo(call);
}

}  // namespace

void ReadRequestLine(std::string_view method, std::string_view path, Call& call) {
    Assign(call.method, method);
    call.operation = OperationOf(method, path);
    call.endpoint = EndpointOf(path, {});
}

void ReadRequest(const RequestView& request, Call& call) {
    if (!call.operation.has_value()) {
        ReadRequestLine(request.method, request.path, call);
    }
    const JsonValue body = ParseBody(request);
    if (!body.IsObject()) {
        return;
    }
    Assign(call.model_requested, TextOf(body.Get("model")));
    AssignUnlessSet(call.session_id, TextOf(body.Get("conversation_id")));
    const auto stream = body.Get("stream").Bool();
    if (stream.has_value() || (!request.truncated && call.operation != Operation::kOther)) {
        call.stream = stream.value_or(false);
    }
    ReadParams(body, call);
}

}  // namespace sightglass::dialect::cohere
