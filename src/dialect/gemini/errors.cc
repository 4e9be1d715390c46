#include "dialect/gemini/errors.h"

#include <array>
#include <string>

#include "codec/json_writer.h"
#include "dialect/call_fields.h"
#include "dialect/failure.h"
#include "dialect/gemini/gemini.h"
#include "dialect/json_reading.h"

namespace sightglass::dialect::gemini {
namespace {

using codec::JsonValue;

/// error.details[].reason, then error.status: google.rpc.Code.
constexpr auto kReasons = std::to_array<ErrorWord>({
    {"API_KEY_INVALID", ErrorType::kProviderAuth},
    {"API_KEY_SERVICE_BLOCKED", ErrorType::kProviderAuth},
    {"API_KEY_HTTP_REFERRER_BLOCKED", ErrorType::kProviderAuth},
    {"API_KEY_IP_ADDRESS_BLOCKED", ErrorType::kProviderAuth},
    {"ACCESS_TOKEN_EXPIRED", ErrorType::kProviderAuth},
    {"BILLING_DISABLED", ErrorType::kProviderBilling},
    {"CONSUMER_INVALID", ErrorType::kProviderAuth},
    {"RATE_LIMIT_EXCEEDED", ErrorType::kProviderRateLimited},
    {"SERVICE_DISABLED", ErrorType::kProviderAuth},
});

constexpr auto kStatuses = std::to_array<ErrorWord>({
    {"ABORTED", ErrorType::kProviderOverloaded},
    {"CANCELLED", ErrorType::kCallerCancelled},
    {"DATA_LOSS", ErrorType::kProviderServerError},
    {"DEADLINE_EXCEEDED", ErrorType::kProviderTimeout},
    {"INTERNAL", ErrorType::kProviderServerError},
    {"OUT_OF_RANGE", ErrorType::kCallerInvalidRequest},
    {"PERMISSION_DENIED", ErrorType::kProviderAuth},
    {"RESOURCE_EXHAUSTED", ErrorType::kProviderRateLimited},
    {"UNAUTHENTICATED", ErrorType::kProviderAuth},
    {"UNAVAILABLE", ErrorType::kProviderOverloaded},
    {"UNIMPLEMENTED", ErrorType::kCallerInvalidRequest},
    {"UNKNOWN", ErrorType::kProviderServerError},
});

bool Says(std::string_view message, std::string_view words) noexcept {
    return message.find(words) != std::string_view::npos;
}

/// What requests are called that Google will not carry out: the message says more.
ErrorType
ClassifyRefused(std::string_view status, int http_status, std::string_view message) noexcept {
    if (Says(message, "illing")) {
        return ErrorType::kProviderBilling;
    }
    if (Says(message, "API key")) {
        return ErrorType::kProviderAuth;
    }
    if (Says(message, "token count") && Says(message, "exceeds")) {
        return ErrorType::kCallerTooLarge;
    }
    const bool model = Says(message, "odel") || Says(message, "models/");
    if ((status == "NOT_FOUND" || http_status == 404) && model) {
        return ErrorType::kCallerModelUnknown;
    }
    return ErrorType::kCallerInvalidRequest;
}

std::string_view ReasonOf(JsonValue error) noexcept {
    std::string_view reason;
    error.Get("details").ForEach([&reason](std::string_view, JsonValue detail) {
        reason = TextOf(detail.Get("reason"));
        return reason.empty();
    });
    return reason;
}

ErrorType Classify(JsonValue error, int http_status, std::string_view message) noexcept {
    const std::string_view status = TextOf(error.Get("status"));
    if (const auto known = FindErrorWord(kReasons, ReasonOf(error)); known.has_value()) {
        return *known;
    }
    if (const auto known = FindErrorWord(kStatuses, status); known.has_value()) {
        return *known;
    }
    const bool refused = status == "INVALID_ARGUMENT" || status == "NOT_FOUND" ||
                         status == "FAILED_PRECONDITION" || status == "ALREADY_EXISTS";
    if (refused || http_status == 400 || http_status == 404) {
        return ClassifyRefused(status, http_status, message);
    }
    return ErrorOfStatus(http_status).value_or(ErrorType::kOther);
}

std::string_view StatusOf(int http_status) noexcept {
    switch (http_status) {
        case 400:
        case 413:
            return "INVALID_ARGUMENT";
        case 401:
            return "UNAUTHENTICATED";
        case 402:
        case 403:
            return "PERMISSION_DENIED";
        case 404:
            return "NOT_FOUND";
        case 429:
            return "RESOURCE_EXHAUSTED";
        case 408:
        case 504:
            return "DEADLINE_EXCEEDED";
        case 502:
        case 503:
            return "UNAVAILABLE";
        default:
            return http_status >= 500 ? "INTERNAL" : "FAILED_PRECONDITION";
    }
}

}  // namespace

bool IsGoogleError(JsonValue root) noexcept {
    const JsonValue error = root.Get("error");
    return error.Get("status").IsString() || error.Get("code").Int().has_value();
}

void ReadError(JsonValue root, int http_status, Call& call) {
    const JsonValue inner = root.Get("error");
    const JsonValue error = inner.IsObject() ? inner : root;
    const std::string_view message =
        inner.IsString() ? TextOf(inner) : TextOf(error.Get("message"));
    const OptionalInt code = error.Get("code").Int();
    const bool own = http_status < 400 && code >= 400 && code < 600;
    MarkFailed(
        Classify(error, own ? static_cast<int>(*code) : http_status, message),
        http_status,
        call
    );
    const std::string_view reason = ReasonOf(error);
    Assign(call.error_code, reason.empty() ? TextOf(error.Get("status")) : reason);
    if (call.error_code.empty()) {
        Assign(call.error_code, TextOf(error.Get("code")));
    }
    Assign(call.error_message, message, kMessageBytesMax);
}

void ReadErrorText(std::string_view body, int http_status, Call& call) {
    MarkFailed(ErrorOfStatus(http_status).value_or(ErrorType::kOther), http_status, call);
    ReadErrorMessage(body, call);
}

std::string
ErrorBody(int http_status, ErrorType /*type*/, std::string_view code, std::string_view message) {
    codec::JsonWriter json;
    json.BeginObject().Key("error").BeginObject().Key("code").Int(http_status);
    json.Key("message").String(message).Key("status").String(StatusOf(http_status));
    json.Key("details").BeginArray();
    if (!code.empty()) {
        json.BeginObject().Key("@type").String("type.googleapis.com/google.rpc.ErrorInfo");
        json.Key("reason").String(code).Key("domain").String("sightglass").EndObject();
    }
    json.EndArray().EndObject().EndObject();
    return json.Take();
}

}  // namespace sightglass::dialect::gemini
