#include "dialect/bedrock/errors.h"

#include <array>
#include <string>

#include "codec/json_writer.h"
#include "dialect/bedrock/bedrock.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/failure.h"
#include "dialect/json_reading.h"

namespace sightglass::dialect::bedrock {
namespace {

using codec::JsonValue;

/// Exception types, also as streams name them. A ValidationException's message says more.
constexpr auto kTypes = std::to_array<ErrorWord>({
    {"AccessDeniedException", ErrorType::kProviderAuth},
    {"ExpiredTokenException", ErrorType::kProviderAuth},
    {"IncompleteSignature", ErrorType::kProviderAuth},
    {"IncompleteSignatureException", ErrorType::kProviderAuth},
    {"InternalFailure", ErrorType::kProviderServerError},
    {"InternalServerException", ErrorType::kProviderServerError},
    {"InvalidClientTokenId", ErrorType::kProviderAuth},
    {"InvalidSignatureException", ErrorType::kProviderAuth},
    {"MissingAuthenticationToken", ErrorType::kProviderAuth},
    {"MissingAuthenticationTokenException", ErrorType::kProviderAuth},
    {"ModelErrorException", ErrorType::kProviderServerError},
    {"ModelNotReadyException", ErrorType::kProviderOverloaded},
    {"ModelStreamErrorException", ErrorType::kProviderServerError},
    {"ModelTimeoutException", ErrorType::kProviderTimeout},
    {"NotAuthorized", ErrorType::kProviderAuth},
    {"OptInRequired", ErrorType::kProviderBilling},
    {"RequestExpired", ErrorType::kProviderAuth},
    {"ServiceQuotaExceededException", ErrorType::kProviderRateLimited},
    {"ServiceUnavailableException", ErrorType::kProviderOverloaded},
    {"ThrottlingException", ErrorType::kProviderRateLimited},
    {"TooManyRequestsException", ErrorType::kProviderRateLimited},
    {"UnrecognizedClientException", ErrorType::kProviderAuth},
});

bool Says(std::string_view message, std::string_view words) noexcept {
    return message.find(words) != std::string_view::npos;
}

ErrorType ClassifyInvalid(std::string_view type, std::string_view message) noexcept {
    const bool model = Says(message, "model identifier") || Says(message, "model ID") ||
                       Says(message, "on-demand throughput") || Says(message, "inference profile");
    if (model || (type == "ResourceNotFoundException" && Says(message, "odel"))) {
        return ErrorType::kCallerModelUnknown;
    }
    if (Says(message, "too long") || Says(message, "too many input tokens") ||
        Says(message, "maximum context length")) {
        return ErrorType::kCallerTooLarge;
    }
    return ErrorType::kCallerInvalidRequest;
}

ErrorType Classify(int http_status, std::string_view type, std::string_view message) noexcept {
    if (const auto known = FindErrorWord(kTypes, type); known.has_value()) {
        return *known;
    }
    if (type == "ValidationException" || type == "validationException" ||
        type == "ResourceNotFoundException" || http_status == 400 || http_status == 404) {
        return ClassifyInvalid(type, message);
    }
    return ErrorOfStatus(http_status).value_or(ErrorType::kProviderServerError);
}

std::string_view MessageOf(JsonValue root) noexcept {
    const std::string_view message = TextOf(root.Get("message"));
    return message.empty() ? TextOf(root.Get("Message")) : message;
}

std::string_view TypeOf(int http_status) noexcept {
    switch (http_status) {
        case 401:
        case 403:
            return "AccessDeniedException";
        case 404:
            return "ResourceNotFoundException";
        case 408:
        case 504:
            return "ModelTimeoutException";
        case 429:
            return "ThrottlingException";
        case 502:
        case 503:
            return "ServiceUnavailableException";
        default:
            return http_status >= 500 ? "InternalServerException" : "ValidationException";
    }
}

}  // namespace

std::string_view WithoutNamespace(std::string_view type) noexcept {
    type = type.substr(0, type.find(':'));
    return type.substr(type.find('#') + 1);
}

void ReadError(JsonValue root, int http_status, Call& call) {
    if (call.error_code.empty()) {
        const std::string_view type = TextOf(root.Get("__type"));
        Assign(call.error_code, WithoutNamespace(type.empty() ? TextOf(root.Get("code")) : type));
    }
    const std::string_view message = MessageOf(root);
    MarkFailed(Classify(http_status, call.error_code, message), http_status, call);
    Assign(call.error_message, message, kMessageBytesMax);
}

void ReadErrorText(std::string_view body, int http_status, Call& call) {
    MarkFailed(Classify(http_status, call.error_code, body), http_status, call);
    ReadErrorMessage(body, call);
}

void ReadException(std::string_view type, std::string_view data, Call& call) {
    const JsonValue root = ParseJson(data);
    const std::string_view message = root.IsObject() ? MessageOf(root) : data;
    MarkFailed(Classify(0, type, message), 0, call);
    Assign(call.error_code, type);
    Assign(call.error_message, message, kMessageBytesMax);
}

std::string ErrorBody(
    int http_status,
    ErrorType /*type*/,
    std::string_view /*code*/,
    std::string_view message
) {
    codec::JsonWriter json;
    json.BeginObject().Key("__type").String(TypeOf(http_status)).Key("message").String(message);
    return json.EndObject().Take();
}

}  // namespace sightglass::dialect::bedrock
