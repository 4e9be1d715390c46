// Whole answers: of Converse, and of each model family's own invocation.
#include "dialect/anthropic/anthropic.h"
#include "dialect/bedrock/bedrock.h"
#include "dialect/bedrock/errors.h"
#include "dialect/bedrock/invocation.h"
#include "dialect/bedrock/usage.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::bedrock {
namespace {

using codec::JsonValue;

/// Converse's answer, which the Nova models give to invocations, too.
void ReadConversation(JsonValue root, Call& call) {
    Assign(call.finish_reason, TextOf(root.Get("stopReason")));
    Assign(call.service_tier, TextOf(root.Get("serviceTier").Get("type")));
    ReadUsage(root.Get("usage"), call);
    if (const OptionalInt ms = CountOf(root.Get("metrics").Get("latencyMs")); ms.has_value()) {
        constexpr std::int64_t kUsPerMs = 1000;
        call.provider_us = *ms * kUsPerMs;
    }
}

void ReadAnswer(JsonValue root, Call& call) {
    if (IsAnthropic(root)) {
        anthropic::ReadMessage(root, call);
    } else if (root.Get("stopReason").Exists() || root.Get("output").Exists()) {
        ReadConversation(root, call);
    } else {
        ReadInvocation(root, call);
    }
}

}  // namespace

void ReadResponseBody(const BodyView& body, Call& call) {
    if (!call.http_status.has_value() && body.http_status > 0) {
        call.http_status = body.http_status;
    }
    const int status = static_cast<int>(call.http_status.value_or(body.http_status));
    const JsonValue root = ParseBody(body);
    if (status >= 400) {
        if (root.IsObject()) {
            ReadError(root, status, call);
        } else {
            ReadErrorText(body.body, status, call);
        }
        return;
    }
    call.status = CallStatus::kOk;
    if (root.IsObject() && call.operation != Operation::kOther) {
        ReadAnswer(root, call);
    }
    MarkWithoutUsage(call);
}

}  // namespace sightglass::dialect::bedrock
