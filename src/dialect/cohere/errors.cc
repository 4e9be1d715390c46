#include "dialect/cohere/errors.h"

#include <array>

#include "codec/json_writer.h"
#include "dialect/call_fields.h"
#include "dialect/failure.h"
#include "dialect/json_reading.h"

namespace sightglass::dialect::cohere {
namespace {

constexpr auto kFinishReasons = std::to_array<ErrorWord>({
    {"ERROR", ErrorType::kProviderServerError},
    {"ERROR_LIMIT", ErrorType::kCallerTooLarge},
    {"ERROR_TOXIC", ErrorType::kCallerInvalidRequest},
    {"TIMEOUT", ErrorType::kProviderTimeout},
    {"USER_CANCEL", ErrorType::kCallerCancelled},
});

bool Says(std::string_view message, std::string_view words) noexcept {
    return message.find(words) != std::string_view::npos;
}

bool DeniesAModel(std::string_view message) noexcept {
    return Says(message, "model") && (Says(message, "was removed") || Says(message, "not found") ||
                                      Says(message, "does not exist"));
}

}  // namespace

ErrorType ClassifyError(int http_status, std::string_view message) noexcept {
    constexpr int kBlocked = 498;
    constexpr int kClosedByCaller = 499;
    if ((http_status == 404 || http_status == 400) && DeniesAModel(message)) {
        return ErrorType::kCallerModelUnknown;
    }
    if (http_status == 400 && Says(message, "too many tokens")) {
        return ErrorType::kCallerTooLarge;
    }
    if (http_status == kBlocked) {
        return ErrorType::kCallerInvalidRequest;
    }
    if (http_status == kClosedByCaller) {
        return ErrorType::kCallerCancelled;
    }
    return ErrorOfStatus(http_status).value_or(ErrorType::kProviderServerError);
}

void ReadError(codec::JsonValue root, int http_status, Call& call) {
    const std::string_view message = TextOf(root.Get("message"));
    MarkFailed(ClassifyError(http_status, message), http_status, call);
    Assign(call.error_message, message, kMessageBytesMax);
    AssignUnlessSet(call.provider_response_id, TextOf(root.Get("id")));
}

bool ReadFailedFinish(std::string_view reason, std::string_view message, Call& call) {
    const auto type = FindErrorWord(kFinishReasons, reason);
    if (!type.has_value()) {
        return false;
    }
    MarkFailed(*type, 0, call);
    Assign(call.error_code, reason);
    Assign(call.error_message, message, kMessageBytesMax);
    return true;
}

std::string ErrorBody(std::string_view message) {
    codec::JsonWriter json;
    json.BeginObject().Key("message").String(message).EndObject();
    return json.Take();
}

}  // namespace sightglass::dialect::cohere
