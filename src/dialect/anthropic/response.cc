// Whole answers.
#include "codec/json.h"
#include "dialect/anthropic/anthropic.h"
#include "dialect/anthropic/errors.h"
#include "dialect/anthropic/usage.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::anthropic {

using codec::JsonValue;

void ReadMessage(JsonValue message, Call& call) {
    AssignUnlessSet(call.provider_response_id, TextOf(message.Get("id")));
    Assign(call.model, TextOf(message.Get("model")));
    Assign(call.finish_reason, TextOf(message.Get("stop_reason")));
    ReadUsage(message.Get("usage"), call);
}

void ReadResponseBody(const BodyView& body, Call& call) {
    if (!call.http_status.has_value() && body.http_status > 0) {
        call.http_status = body.http_status;
    }
    const int status = static_cast<int>(call.http_status.value_or(body.http_status));
    JsonValue root = ParseBody(body);
    root = root.IsArray() ? root.At(0) : root;
    if (status >= 400 || CarriesError(root)) {
        if (root.IsObject()) {
            ReadError(root, status >= 400 ? status : 0, call);
        } else {
            ReadErrorText(body.body, status, call);
        }
        return;
    }
    call.status = CallStatus::kOk;
    if (call.operation == Operation::kBatch) {
        AssignUnlessSet(call.provider_response_id, TextOf(root.Get("id")));
    } else if (call.operation != Operation::kOther) {
        ReadMessage(root, call);
    }
    MarkWithoutUsage(call);
}

}  // namespace sightglass::dialect::anthropic
