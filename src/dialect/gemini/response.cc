#include "dialect/gemini/response.h"

#include <array>

#include "base/text.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/gemini/errors.h"
#include "dialect/gemini/gemini.h"
#include "dialect/gemini/usage.h"
#include "dialect/json_reading.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::gemini {
namespace {

using codec::JsonValue;

/// Candidate.FinishReason by number, as it comes where enumerations were asked for so.
constexpr auto kFinishReasons = std::to_array<std::string_view>(
    {"",
     "STOP",
     "MAX_TOKENS",
     "SAFETY",
     "RECITATION",
     "OTHER",
     "BLOCKLIST",
     "PROHIBITED_CONTENT",
     "SPII",
     "MALFORMED_FUNCTION_CALL"}
);

std::string_view FinishReasonOf(JsonValue value) noexcept {
    const OptionalInt number = value.Int();
    if (number.has_value() && *number >= 0 &&
        *number < static_cast<std::int64_t>(kFinishReasons.size())) {
        return kFinishReasons[static_cast<std::size_t>(*number)];
    }
    return TextOf(value);
}

bool IsOfModel(Operation operation) noexcept {
    return operation != Operation::kOther && operation != Operation::kBatch;
}

void ReadAnswer(JsonValue root, Call& call) {
    if (call.operation == Operation::kResponse) {
        ReadInteraction(root, call);
        return;
    }
    ReadContentResponse(root, call);
    ReadPredictions(root.Get("predictions"), call);
}

}  // namespace

bool ReadContentResponse(JsonValue root, Call& call) {
    AssignUnlessSet(call.provider_response_id, TextOf(root.Get("responseId")));
    Assign(call.model, TextOf(root.Get("modelVersion")));
    ReadUsage(root.Get("usageMetadata"), call);
    std::string_view reason = FinishReasonOf(root.Get("candidates").At(0).Get("finishReason"));
    if (reason.empty()) {
        reason = TextOf(root.Get("promptFeedback").Get("blockReason"));
    }
    Assign(call.finish_reason, reason);
    return !reason.empty();
}

bool ReadInteraction(JsonValue interaction, Call& call) {
    AssignUnlessSet(call.provider_response_id, TextOf(interaction.Get("id")));
    Assign(call.model, TextOf(interaction.Get("model")));
    ReadUsage(interaction.Get("usage"), call);
    const std::string_view status = TextOf(interaction.Get("status"));
    const bool ended = !status.empty() && status != "in_progress";
    if (ended) {
        Assign(call.finish_reason, status == "completed" ? "stop" : status);
    }
    return ended;
}

codec::StreamFormat FormatOf(std::string_view content_type, const Call& call) {
    const bool array = call.stream == true && call.http_status.value_or(200) < 400 &&
                       StartsWithIgnoreCase(content_type, "application/json");
    return array ? codec::StreamFormat::kJsonArray : codec::StreamFormatOf(content_type);
}

void ReadResponseBody(const BodyView& body, Call& call) {
    if (!call.http_status.has_value() && body.http_status > 0) {
        call.http_status = body.http_status;
    }
    const int status = static_cast<int>(call.http_status.value_or(body.http_status));
    JsonValue root = ParseBody(body);
    root = root.IsArray() ? root.At(0) : root;
    if (status >= 400 || root.Get("error").IsObject()) {
        if (root.IsObject()) {
            ReadError(root, status >= 400 ? status : 0, call);
        } else {
            ReadErrorText(body.body, status, call);
        }
        return;
    }
    call.status = CallStatus::kOk;
    if (call.operation.has_value() && IsOfModel(*call.operation)) {
        ReadAnswer(root, call);
    }
    MarkWithoutUsage(call);
}

}  // namespace sightglass::dialect::gemini
