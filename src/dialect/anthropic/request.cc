// What a request says: model, stream, who for, parameters.
#include <array>
#include <string>

#include "dialect/anthropic/anthropic.h"
#include "dialect/anthropic/operation.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/params.h"
#include "dialect/paths.h"

namespace sightglass::dialect::anthropic {
namespace {

using codec::JsonValue;

void ReadParams(JsonValue body, Call& call) {
    Params params;
    for (const std::string_view name : {"temperature", "top_p", "top_k"}) {
        params.Number(name, body.Get(name));
    }
    const JsonValue tokens = body.Get("max_tokens");
    params.Number("max_tokens", tokens.Exists() ? tokens : body.Get("max_tokens_to_sample"));
    params.Present("stop", body.Get("stop_sequences"));
    params.Count("messages", body.Get("messages"));
    params.Count("tools", body.Get("tools"));
    params.Text("tool_choice", body.Get("tool_choice").Get("type"));
    const JsonValue thinking = body.Get("thinking");
    params.Text("thinking", thinking.Get("type"));
    params.Number("thinking_budget", thinking.Get("budget_tokens"));
    const JsonValue output = body.Get("output_config");
    params.Text("reasoning_effort", output.Get("effort"));
    params.Text("response_format", output.Get("format").Get("type"));
    params.Text("speed", body.Get("speed"));
    params.Count("requests", body.Get("requests"));
    params.MoveTo(call);
}

/// Claude Code puts more than a user into `metadata.user_id`:
/// "user_<hash>_account_<id>_session_<id>".
void ReadUser(std::string_view user, Call& call) {
    constexpr std::string_view kMark = "_session_";
    const std::size_t mark = user.starts_with("user_") ? user.rfind(kMark) : std::string_view::npos;
    if (mark != std::string_view::npos) {
        AssignUnlessSet(call.session_id, user.substr(mark + kMark.size()));
        user = user.substr(0, mark);
    }
    AssignUnlessSet(call.user, user);
}

}  // namespace

void ReadRequestLine(std::string_view method, std::string_view path, Call& call) {
    static constexpr auto kIds = std::to_array<PathId>({
        {"batches", "{id}"},
        {"files", "{id}"},
        {"skills", "{id}"},
        {"versions", "{id}"},
        {"projects", "{id}"},
        {"locations", "{id}"},
        {"models", "{model}"},
    });
    Assign(call.method, method);
    call.operation = OperationOf(method, path);
    call.endpoint = EndpointOf(path, kIds);
}

void ReadRequestMembers(JsonValue body, Call& call) {
    Assign(call.service_tier, TextOf(body.Get("service_tier")));
    const JsonValue metadata = body.Get("metadata");
    ReadUser(TextOf(metadata.Get("user_id")), call);
    metadata.ForEach([&call](std::string_view key, JsonValue value) {
        if (key != "user_id" && value.IsString()) {
            AddTag(call, key, TextOf(value));
        }
        return call.tags.size() < kTagsMax;
    });
    ReadParams(body, call);
}

void ReadRequest(const RequestView& request, Call& call) {
    if (!call.operation.has_value()) {
        ReadRequestLine(request.method, request.path, call);
    }
    const std::string_view method = GoogleMethodOf(request.path);
    const bool whole = !request.truncated && call.operation != Operation::kOther;
    const JsonValue body = ParseBody(request);
    if (body.IsObject()) {
        Assign(call.model_requested, TextOf(body.Get("model")));
        if (const auto stream = body.Get("stream").Bool(); stream.has_value() || whole) {
            call.stream = stream.value_or(false);
        }
        AssignUnlessSet(call.project, TextOf(body.Get("workspace_id")));
        ReadRequestMembers(body, call);
    }
    if (!method.empty()) {
        call.stream = method == "streamRawPredict";
        AssignUnlessSet(call.project, PercentDecoded(SegmentAfter(request.path, "projects")));
        const std::string model = PercentDecoded(SegmentAfter(request.path, "models"));
        Assign(call.model_requested, std::string_view(model).substr(0, model.rfind(':')));
    }
}

}  // namespace sightglass::dialect::anthropic
