#include "dialect/traces/span_errors.h"

#include <array>

#include "base/text.h"
#include "dialect/call_fields.h"
#include "dialect/failure.h"

namespace sightglass::dialect::traces {
namespace {

/// Classes of exceptions in the SDKs for OpenAI, Anthropic, Google, Vercel, and codes of providers.
constexpr auto kWords = std::to_array<ErrorWord>({
    {"RateLimitError", ErrorType::kProviderRateLimited},
    {"rate_limit_exceeded", ErrorType::kProviderRateLimited},
    {"rate_limit_error", ErrorType::kProviderRateLimited},
    {"ResourceExhausted", ErrorType::kProviderRateLimited},
    {"ThrottlingException", ErrorType::kProviderRateLimited},
    {"insufficient_quota", ErrorType::kProviderBilling},
    {"AuthenticationError", ErrorType::kProviderAuth},
    {"authentication_error", ErrorType::kProviderAuth},
    {"invalid_api_key", ErrorType::kProviderAuth},
    {"PermissionDeniedError", ErrorType::kProviderAuth},
    {"AccessDeniedException", ErrorType::kProviderAuth},
    {"LoadAPIKeyError", ErrorType::kProviderAuth},
    {"NotFoundError", ErrorType::kCallerModelUnknown},
    {"model_not_found", ErrorType::kCallerModelUnknown},
    {"NoSuchModelError", ErrorType::kCallerModelUnknown},
    {"BadRequestError", ErrorType::kCallerInvalidRequest},
    {"UnprocessableEntityError", ErrorType::kCallerInvalidRequest},
    {"ConflictError", ErrorType::kCallerInvalidRequest},
    {"invalid_request_error", ErrorType::kCallerInvalidRequest},
    {"ValidationException", ErrorType::kCallerInvalidRequest},
    {"InvalidArgument", ErrorType::kCallerInvalidRequest},
    {"context_length_exceeded", ErrorType::kCallerTooLarge},
    {"request_too_large", ErrorType::kCallerTooLarge},
    {"APIConnectionError", ErrorType::kProviderUnreachable},
    {"ConnectError", ErrorType::kProviderUnreachable},
    {"ECONNREFUSED", ErrorType::kProviderUnreachable},
    {"ECONNRESET", ErrorType::kProviderUnreachable},
    {"ENOTFOUND", ErrorType::kProviderUnreachable},
    {"FetchError", ErrorType::kProviderUnreachable},
    {"APITimeoutError", ErrorType::kProviderTimeout},
    {"APIConnectionTimeoutError", ErrorType::kProviderTimeout},
    {"TimeoutError", ErrorType::kProviderTimeout},
    {"ReadTimeout", ErrorType::kProviderTimeout},
    {"timeout", ErrorType::kProviderTimeout},
    {"ETIMEDOUT", ErrorType::kProviderTimeout},
    {"DeadlineExceeded", ErrorType::kProviderTimeout},
    {"InternalServerError", ErrorType::kProviderServerError},
    {"api_error", ErrorType::kProviderServerError},
    {"overloaded_error", ErrorType::kProviderOverloaded},
    {"ServiceUnavailable", ErrorType::kProviderOverloaded},
    {"APIUserAbortError", ErrorType::kCallerCancelled},
    {"AbortError", ErrorType::kCallerCancelled},
    {"CancelledError", ErrorType::kCallerCancelled},
    {"AI_JSONParseError", ErrorType::kProviderBadAnswer},
    {"AI_TypeValidationError", ErrorType::kProviderBadAnswer},
    {"AI_InvalidResponseDataError", ErrorType::kProviderBadAnswer},
    {"AI_EmptyResponseBodyError", ErrorType::kProviderBadAnswer},
    {"AI_InvalidPromptError", ErrorType::kCallerInvalidRequest},
    {"AI_LoadAPIKeyError", ErrorType::kProviderAuth},
    {"AI_NoSuchModelError", ErrorType::kCallerModelUnknown},
});

bool IsErrorStatus(std::int64_t status) noexcept {
    return status >= 400 && status <= 599;
}

/// "404 The model does not exist": 404.
OptionalInt LeadingStatus(std::string_view text) noexcept {
    constexpr std::size_t kDigits = 3;
    const bool ends = text.size() == kDigits || (text.size() > kDigits && text[kDigits] == ' ');
    const auto status = ends ? ParseInt(text.substr(0, kDigits)) : std::nullopt;
    return status && IsErrorStatus(*status) ? status : std::nullopt;
}

/// The class without its package: "openai.RateLimitError".
std::string_view LastName(std::string_view type) noexcept {
    const std::size_t dot = type.rfind('.');
    return dot == std::string_view::npos ? type : type.substr(dot + 1);
}

}  // namespace

void ReadFailure(const FailureWords& words, Call& call) {
    OptionalInt status = words.http_status;
    if (!status || !IsErrorStatus(*status)) {
        status = LeadingStatus(words.type);
    }
    if (!status) {
        status = LeadingStatus(words.message);
    }
    auto type = FindErrorWord(kWords, LastName(words.type));
    if (!type && status) {
        type = ErrorOfStatus(static_cast<int>(*status));
    }
    MarkFailed(type.value_or(ErrorType::kOther), static_cast<int>(status.value_or(0)), call);
    if (type == ErrorType::kCallerCancelled) {
        call.status = CallStatus::kCancelled;
    }
    Assign(call.error_code, words.type == "_OTHER" ? std::string_view() : words.type);
    Assign(call.error_message, words.message, kMessageBytesMax);
}

}  // namespace sightglass::dialect::traces
