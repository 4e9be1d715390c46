#include "dialect/ollama/response.h"

#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/failure.h"
#include "dialect/json_reading.h"
#include "dialect/ollama/errors.h"
#include "dialect/ollama/ollama.h"
#include "dialect/ollama/usage.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::ollama {

using codec::JsonValue;

void ReadAnswer(JsonValue answer, Call& call) {
    Assign(call.model, TextOf(answer.Get("model")));
    Assign(call.finish_reason, TextOf(answer.Get("done_reason")));
    ReadUsage(answer, call);
}

void ReadResponseBody(const BodyView& body, Call& call) {
    if (!call.http_status.has_value() && body.http_status > 0) {
        call.http_status = body.http_status;
    }
    const int status = static_cast<int>(call.http_status.value_or(body.http_status));
    const JsonValue root =
        body.truncated ? ParseCutJson(body.body, body.body_tail) : ParseJson(body.body);
    const std::string_view error = TextOf(root.Get("error"));
    if (status >= 400 || !error.empty()) {
        ReadError(error, status, call);
        if (error.empty()) {
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

}  // namespace sightglass::dialect::ollama
