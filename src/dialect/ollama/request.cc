// What a request says: operation, model, stream, parameters.
#include <array>
#include <utility>

#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/ollama/ollama.h"
#include "dialect/params.h"
#include "dialect/paths.h"

namespace sightglass::dialect::ollama {
namespace {

using codec::JsonValue;
using namespace std::string_view_literals;

Operation OperationOf(std::string_view method, std::string_view path) noexcept {
    constexpr std::array<std::pair<std::string_view, Operation>, 4> kPosted = {{
        {"/api/chat", Operation::kChat},
        {"/api/generate", Operation::kCompletion},
        {"/api/embed", Operation::kEmbedding},
        {"/api/embeddings", Operation::kEmbedding},
    }};
    path = PathOnly(path);
    for (const auto& [end, operation] : kPosted) {
        if (method == "POST" && path.ends_with(end)) {
            return operation;
        }
    }
    return Operation::kOther;
}

void ReadOptions(JsonValue options, Params& params) {
    for (const std::string_view name :
         {"temperature"sv,
          "top_p"sv,
          "top_k"sv,
          "min_p"sv,
          "repeat_penalty"sv,
          "frequency_penalty"sv,
          "presence_penalty"sv,
          "num_ctx"sv}) {
        params.Number(name, options.Get(name));
    }
    params.Number("max_tokens", options.Get("num_predict"));
    params.Present("seed", options.Get("seed"));
    params.Present("stop", options.Get("stop"));
}

void ReadParams(JsonValue body, Call& call) {
    Params params;
    ReadOptions(body.Get("options"), params);
    const JsonValue messages = body.Get("messages");
    params.Count("messages", messages.Exists() ? messages : body.Get("input"));
    params.Count("tools", body.Get("tools"));
    params.Count("images", body.Get("images"));
    const JsonValue format = body.Get("format");
    if (format.IsObject()) {
        params.Present("json_schema", format);
    } else {
        params.Text("response_format", format);
    }
    params.Flag("think", body.Get("think"));
    params.Text("think", body.Get("think"));
    params.Number("dimensions", body.Get("dimensions"));
    params.MoveTo(call);
}

/// A stream is what is answered unless the request says otherwise.
void ReadStream(JsonValue body, bool whole, Call& call) {
    const bool streams =
        call.operation == Operation::kChat || call.operation == Operation::kCompletion;
    const auto stream = body.Get("stream").Bool();
    if (call.operation == Operation::kOther) {
        return;
    }
    if (!streams) {
        call.stream = false;
    } else if (stream.has_value() || whole) {
        call.stream = stream.value_or(true);
    }
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
    ReadStream(body, !request.truncated, call);
    ReadParams(body, call);
}

}  // namespace sightglass::dialect::ollama
