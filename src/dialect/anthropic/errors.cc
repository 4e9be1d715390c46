#include "dialect/anthropic/errors.h"

#include <array>
#include <optional>
#include <string>

#include "codec/json_writer.h"
#include "dialect/anthropic/anthropic.h"
#include "dialect/call_fields.h"
#include "dialect/failure.h"
#include "dialect/gemini/errors.h"
#include "dialect/json_reading.h"

namespace sightglass::dialect::anthropic {
namespace {

using codec::JsonValue;

/// error.details.error_code and error.type. "invalid_request_error" is not here: its message says more.
constexpr auto kWords = std::to_array<ErrorWord>({
    {"contract_spend_limit_reached", ErrorType::kProviderBilling},
    {"enforced_spend_limit_reached", ErrorType::kProviderBilling},
    {"api_error", ErrorType::kProviderServerError},
    {"authentication_error", ErrorType::kProviderAuth},
    {"billing_error", ErrorType::kProviderBilling},
    {"overloaded_error", ErrorType::kProviderOverloaded},
    {"permission_error", ErrorType::kProviderAuth},
    {"rate_limit_error", ErrorType::kProviderRateLimited},
    {"request_too_large", ErrorType::kCallerTooLarge},
    {"timeout_error", ErrorType::kProviderTimeout},
});

bool Says(std::string_view message, std::string_view words) noexcept {
    return message.find(words) != std::string_view::npos;
}

/// What a request that is called invalid is really about.
ErrorType ClassifyInvalid(std::string_view type, std::string_view message) noexcept {
    if (type == "not_found_error" && message.starts_with("model")) {
        return ErrorType::kCallerModelUnknown;
    }
    if (Says(message, "credit balance") || Says(message, "usage limits")) {
        return ErrorType::kProviderBilling;
    }
    if (Says(message, "prompt is too long") || Says(message, "exceed context limit")) {
        return ErrorType::kCallerTooLarge;
    }
    return ErrorType::kCallerInvalidRequest;
}

ErrorType Classify(
    int http_status,
    std::string_view code,
    std::string_view type,
    std::string_view message
) noexcept {
    for (const std::string_view word : {code, type}) {
        if (const auto known = FindErrorWord(kWords, word); known.has_value()) {
            return *known;
        }
    }
    if (type == "invalid_request_error" || type == "not_found_error") {
        return ClassifyInvalid(type, message);
    }
    return ErrorOfStatus(http_status).value_or(ErrorType::kOther);
}

std::string_view TypeOf(int http_status, ErrorType type) noexcept {
    switch (http_status) {
        case 401:
            return "authentication_error";
        case 402:
            return "billing_error";
        case 403:
            return "permission_error";
        case 404:
            return "not_found_error";
        case 413:
            return "request_too_large";
        case 429:
            return "rate_limit_error";
        case 504:
            return "timeout_error";
        case 503:
        case 529:
            return "overloaded_error";
        default:
            break;
    }
    const bool ours = http_status >= 500 || type == ErrorType::kSelfInternal;
    return ours ? "api_error" : "invalid_request_error";
}

}  // namespace

bool CarriesError(JsonValue root) noexcept {
    return TextOf(root.Get("type")) == "error" || root.Get("error").IsObject();
}

void ReadError(JsonValue root, int http_status, Call& call) {
    const JsonValue error = root.Get("error");
    if (gemini::IsGoogleError(root)) {
        gemini::ReadError(root, http_status, call);
        return;
    }
    const std::string_view type = TextOf(error.Get("type"));
    const std::string_view code = TextOf(error.Get("details").Get("error_code"));
    const std::string_view message = TextOf((error.IsObject() ? error : root).Get("message"));
    MarkFailed(Classify(http_status, code, type, message), http_status, call);
    Assign(call.error_code, code.empty() ? type : code);
    Assign(call.error_message, message, kMessageBytesMax);
    AssignUnlessSet(call.provider_request_id, TextOf(root.Get("request_id")));
}

void ReadErrorText(std::string_view body, int http_status, Call& call) {
    MarkFailed(ErrorOfStatus(http_status).value_or(ErrorType::kOther), http_status, call);
    ReadErrorMessage(body, call);
}

std::string
ErrorBody(int http_status, ErrorType type, std::string_view code, std::string_view message) {
    codec::JsonWriter json;
    json.BeginObject().Key("type").String("error").Key("error").BeginObject();
    json.Key("type").String(TypeOf(http_status, type)).Key("message").String(message);
    if (!code.empty()) {
        json.Key("details").BeginObject().Key("error_code").String(code).EndObject();
    }
    json.EndObject().Key("request_id").Null().EndObject();
    return json.Take();
}

}  // namespace sightglass::dialect::anthropic
