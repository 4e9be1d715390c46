#include "dialect/openai/response.h"

#include "base/text.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/openai/errors.h"
#include "dialect/openai/openai.h"
#include "dialect/openai/usage.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::openai {
namespace {

using codec::JsonValue;

bool CallsAFunction(JsonValue output) {
    bool found = false;
    output.ForEach([&found](std::string_view, JsonValue item) {
        const std::string_view type = TextOf(item.Get("type"));
        found = type == "function_call" || type == "custom_tool_call";
        return !found;
    });
    return found;
}

/// The words of chat completions where they exist, so that both interfaces can be counted together.
void ReadState(JsonValue response, Call& call) {
    const std::string_view state = TextOf(response.Get("status"));
    const JsonValue output = response.Get("output");
    if (state == "completed") {
        // Where the output was cut out of a long body, nobody knows.
        if (output.IsArray()) {
            call.finish_reason = CallsAFunction(output) ? "tool_calls" : "stop";
        }
    } else if (state == "incomplete") {
        const std::string_view reason = TextOf(response.Get("incomplete_details").Get("reason"));
        Assign(call.finish_reason, reason.empty() ? state : reason);
    } else if (state != "failed") {
        Assign(call.finish_reason, state);
    }
}

void ReadAnswer(JsonValue root, Call& call) {
    ReadIdentity(root, call);
    if (TextOf(root.Get("object")) == "response") {
        ReadResponseObject(root, call);
        return;
    }
    ReadUsage(UsageOf(root), root.Get("tool_usage"), call);
    Assign(call.finish_reason, TextOf(root.Get("choices").At(0).Get("finish_reason")));
}

/// The choices of a long answer are cut in their middle; how the last one ended stands behind it.
void ReadFinishFromTail(std::string_view tail, Call& call) {
    if (call.finish_reason.empty()) {
        Assign(call.finish_reason, codec::FindLastString(tail, "finish_reason").value_or(""));
    }
}

bool MayBeJson(const BodyView& body) {
    // While a caller waits, DeepSeek sends empty lines before the body.
    const std::string_view text = Trim(body.body);
    return text.starts_with('{') || text.starts_with('[');
}

}  // namespace

void ReadIdentity(JsonValue root, Call& call) {
    AssignUnlessSet(call.provider_response_id, TextOf(root.Get("id")));
    Assign(call.model, TextOf(root.Get("model")));
    Assign(call.service_tier, TextOf(root.Get("service_tier")));
}

void ReadResponseObject(JsonValue response, Call& call) {
    ReadUsage(UsageOf(response), response.Get("tool_usage"), call);
    ReadState(response, call);
    if (CarriesError(response)) {
        ReadError(response, 0, call);
    } else if (TextOf(response.Get("status")) == "failed") {
        call.status = CallStatus::kError;
        call.error_type = ErrorType::kOther;
    }
}

void ReadResponseBody(const BodyView& body, Call& call) {
    if (!call.http_status.has_value() && body.http_status > 0) {
        call.http_status = body.http_status;
    }
    const int status = static_cast<int>(call.http_status.value_or(body.http_status));
    JsonValue root;
    if (MayBeJson(body)) {
        root = body.truncated ? ParseCutJson(body.body, body.body_tail) : ParseJson(body.body);
    }
    if (status >= 400) {
        if (root.IsObject()) {
            ReadError(root, status, call);
        } else {
            ReadErrorText(body.body, status, call);
        }
        return;
    }
    call.status = CallStatus::kOk;
    const bool counts = call.operation != Operation::kOther;
    if (counts && root.IsObject()) {
        ReadAnswer(root, call);
    }
    if (CarriesError(root)) {
        ReadError(root, 0, call);
    }
    if (counts && body.truncated) {
        ReadFinishFromTail(body.body_tail, call);
    }
    MarkWithoutUsage(call);
}

}  // namespace sightglass::dialect::openai
