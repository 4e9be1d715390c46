#include "dialect/cohere/response.h"

#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/cohere/cohere.h"
#include "dialect/cohere/errors.h"
#include "dialect/cohere/usage.h"
#include "dialect/failure.h"
#include "dialect/json_reading.h"
#include "dialect/openai/openai.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::cohere {

using codec::JsonValue;

bool IsOpenAiShape(JsonValue root) noexcept {
    return root.Get("choices").IsArray() || root.Get("object").IsString() ||
           root.Get("error").IsObject() || root.Get("usage").Get("total_tokens").Exists();
}

bool ReadAnswer(JsonValue root, Call& call) {
    for (const char* const name : {"id", "response_id", "generation_id"}) {
        AssignUnlessSet(call.provider_response_id, TextOf(root.Get(name)));
    }
    Assign(call.model, TextOf(root.Get("model")));
    ReadUsage(UsageOf(root), call);
    const std::string_view reason = TextOf(root.Get("finish_reason"));
    Assign(call.finish_reason, reason);
    return !ReadFailedFinish(reason, TextOf(root.Get("error")), call);
}

void ReadResponseBody(const BodyView& body, Call& call) {
    if (!call.http_status.has_value() && body.http_status > 0) {
        call.http_status = body.http_status;
    }
    const int status = static_cast<int>(call.http_status.value_or(body.http_status));
    const JsonValue root =
        body.truncated ? ParseCutJson(body.body, body.body_tail) : ParseJson(body.body);
    if (IsOpenAiShape(root)) {
        openai::ReadResponseBody(body, call);
        return;
    }
    if (status >= 400) {
        ReadError(root, status, call);
        if (!root.IsObject()) {
            ReadErrorMessage(body.body, call);
        }
        return;
    }
    call.status = CallStatus::kOk;
    if (call.operation != Operation::kOther && root.IsObject()) {
        ReadAnswer(root, call);
    }
    MarkWithoutUsage(call);
}

}  // namespace sightglass::dialect::cohere
