#include "dialect/openai/errors.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "base/text.h"
#include "codec/json_writer.h"
#include "dialect/call_fields.h"
#include "dialect/failure.h"
#include "dialect/json_reading.h"
#include "dialect/openai/openai.h"
#include "dialect/openai/quirks.h"

namespace sightglass::dialect::openai {
namespace {

using codec::JsonValue;

/// error.code, lower case.
constexpr auto kCodes = std::to_array<ErrorWord>({
    {"account_deactivated", ErrorType::kProviderAuth},
    {"billing_hard_limit_reached", ErrorType::kProviderBilling},
    {"billing_not_active", ErrorType::kProviderBilling},
    {"capacity_exceeded", ErrorType::kProviderOverloaded},
    {"context_length_exceeded", ErrorType::kCallerTooLarge},
    {"credit_balance_exhausted", ErrorType::kProviderBilling},
    {"deploymentnotfound", ErrorType::kCallerModelUnknown},
    {"engine_overloaded", ErrorType::kProviderOverloaded},
    {"expired_api_key", ErrorType::kProviderAuth},
    {"insufficient_credits", ErrorType::kProviderBilling},
    {"insufficient_quota", ErrorType::kProviderBilling},
    {"internal_error", ErrorType::kProviderServerError},
    {"internal_server_error", ErrorType::kProviderServerError},
    {"invalid_api_key", ErrorType::kProviderAuth},
    {"invalid_organization", ErrorType::kProviderAuth},
    {"invalid_project", ErrorType::kProviderAuth},
    {"ip_not_authorized", ErrorType::kProviderAuth},
    {"mismatched_organization", ErrorType::kProviderAuth},
    {"mismatched_project", ErrorType::kProviderAuth},
    {"model_decommissioned", ErrorType::kCallerModelUnknown},
    {"model_not_available", ErrorType::kCallerModelUnknown},
    {"model_not_found", ErrorType::kCallerModelUnknown},
    {"organization_spend_limit_exceeded", ErrorType::kProviderBilling},
    {"organization_usage_limit_exceeded", ErrorType::kProviderBilling},
    {"overloaded", ErrorType::kProviderOverloaded},
    {"permission_denied", ErrorType::kProviderAuth},
    {"project_spend_limit_exceeded", ErrorType::kProviderBilling},
    {"quota_exceeded", ErrorType::kProviderBilling},
    {"rate_limit_exceeded", ErrorType::kProviderRateLimited},
    {"request_timeout", ErrorType::kProviderTimeout},
    {"request_too_large", ErrorType::kCallerTooLarge},
    {"server_error", ErrorType::kProviderServerError},
    {"server_is_overloaded", ErrorType::kProviderOverloaded},
    {"session_budget_exceeded", ErrorType::kProviderBilling},
    {"slow_down", ErrorType::kProviderRateLimited},
    {"string_above_max_length", ErrorType::kCallerTooLarge},
    {"timeout", ErrorType::kProviderTimeout},
    {"tokens_limit_reached", ErrorType::kCallerTooLarge},
    {"too_many_requests", ErrorType::kProviderRateLimited},
    {"unsupported_country_region_territory", ErrorType::kProviderAuth},
    {"usage_limit_exceeded", ErrorType::kProviderBilling},
    {"vector_store_timeout", ErrorType::kProviderTimeout},
});

/// error.type. "invalid_request_error" is not here: a 401 has it too, so the status decides.
constexpr auto kTypes = std::to_array<ErrorWord>({
    {"api_error", ErrorType::kProviderServerError},
    {"authentication_error", ErrorType::kProviderAuth},
    {"billing_error", ErrorType::kProviderBilling},
    {"insufficient_quota", ErrorType::kProviderBilling},
    {"overloaded_error", ErrorType::kProviderOverloaded},
    {"permission_error", ErrorType::kProviderAuth},
    {"rate_limit_error", ErrorType::kProviderRateLimited},
    {"rate_limit_exceeded", ErrorType::kProviderRateLimited},
    {"request_too_large", ErrorType::kCallerTooLarge},
    {"requests", ErrorType::kProviderRateLimited},
    {"server_error", ErrorType::kProviderServerError},
    {"service_unavailable_error", ErrorType::kProviderOverloaded},
    {"timeout_error", ErrorType::kProviderTimeout},
    {"tokens", ErrorType::kProviderRateLimited},
    {"too_many_requests", ErrorType::kProviderRateLimited},
});

/// A 429 that waiting does not mend: the one request exceeds the limit.
bool SaysRequestTooLarge(std::string_view message) noexcept {
    return StartsWithIgnoreCase(message, "request too large");
}

/// The first of an error object's members that is text.
std::string_view MessageOf(JsonValue error) noexcept {
    for (const std::string_view key : {"message", "detail", "msg", "error_description", "error"}) {
        const std::string_view text = TextOf(error.Get(key));
        if (!text.empty()) {
            return text;
        }
    }
    // A list of what does not validate, as web frameworks write it.
    for (const JsonValue list : {error.Get("detail"), error.Get("message").Get("detail")}) {
        if (const std::string_view text = TextOf(list.At(0).Get("msg")); !text.empty()) {
            return text;
        }
    }
    return {};
}

/// Whether a message says that there is no such model.
bool DeniesAModel(int http_status, std::string_view message) noexcept {
    constexpr auto kDenials = std::to_array<std::string_view>(
        {"does not exist", "doesn't exist", "not found", "Not found the model", "not deployed"}
    );
    const auto says = [message](std::string_view words) {
        return message.find(words) != std::string_view::npos;
    };
    if (says("not a valid model") || says("Invalid model")) {
        return http_status < 500;
    }
    const bool about_model = says("model") || says("Model");
    return http_status == 404 && about_model && std::any_of(kDenials.begin(), kDenials.end(), says);
}

}  // namespace

ErrorType ClassifyError(
    int http_status,
    std::string_view code,
    std::string_view type,
    std::string_view message
) noexcept {
    if (const auto by_code = FindErrorWord(kCodes, code); by_code.has_value()) {
        const bool too_large =
            *by_code == ErrorType::kProviderRateLimited && SaysRequestTooLarge(message);
        return too_large ? ErrorType::kCallerTooLarge : *by_code;
    }
    if (DeniesAModel(http_status, message)) {
        return ErrorType::kCallerModelUnknown;
    }
    if (const auto by_type = FindErrorWord(kTypes, type); by_type.has_value()) {
        // "server_error" is said of every 5xx; 503 and 529 say more.
        const bool says_less = *by_type == ErrorType::kProviderServerError;
        return says_less ? ErrorOfStatus(http_status).value_or(*by_type) : *by_type;
    }
    if (const auto by_status = ErrorOfStatus(http_status); by_status.has_value()) {
        return *by_status;
    }
    const bool invalid = EqualsIgnoreCase(type, "invalid_request_error") ||
                         EqualsIgnoreCase(type, "not_found_error") || code == "invalid_prompt" ||
                         code == "content_filter";
    return invalid ? ErrorType::kCallerInvalidRequest : ErrorType::kOther;
}

bool CarriesError(JsonValue root) noexcept {
    const JsonValue error = root.Get("error");
    return error.IsObject() || !TextOf(error).empty() || TextOf(root.Get("object")) == "error";
}

void ReadError(JsonValue root, int http_status, Call& call) {
    const JsonValue inner = root.Get("error");
    const JsonValue error = inner.IsObject() ? inner : root;
    const std::string_view message = inner.IsString() ? TextOf(inner) : MessageOf(error);
    const std::string_view type = TextOf(error.Get("type"));
    std::string code(TextOf(error.Get("code")));
    int status = http_status;
    for (const JsonValue number :
         {error.Get("code"), error.Get("status_code"), error.Get("status")}) {
        // An error inside an answer of status 200 tells in itself which one it would have had.
        const OptionalInt own = number.Int();
        if (own.has_value() && *own >= 400 && *own < 600) {
            status = http_status < 400 ? static_cast<int>(*own) : http_status;
        }
    }
    if (code.empty() && error.Get("code").Int().has_value()) {
        code = std::to_string(*error.Get("code").Int());
    }
    const std::span<const ErrorWord> own = QuirksOf(call.provider).error_words;
    std::optional<ErrorType> meaning = FindErrorWord(own, code);
    if (!meaning.has_value()) {
        meaning = FindErrorWord(own, type);
    }
    MarkFailed(meaning.value_or(ClassifyError(status, code, type, message)), http_status, call);
    Assign(call.error_code, code.empty() ? type : std::string_view(code));
    Assign(call.error_message, message, kMessageBytesMax);
}

void ReadErrorText(std::string_view body, int http_status, Call& call) {
    MarkFailed(ClassifyError(http_status, {}, {}, {}), http_status, call);
    ReadErrorMessage(body, call);
}

std::string
ErrorBody(int http_status, ErrorType type, std::string_view code, std::string_view message) {
    std::string_view name = http_status >= 500 ? "server_error" : "invalid_request_error";
    if (type == ErrorType::kPolicyBudget) {
        name = "insufficient_quota";
    } else if (http_status == 429) {
        name = "rate_limit_error";
    } else if (http_status == 503) {
        name = "service_unavailable_error";
    }
    codec::JsonWriter json;
    json.BeginObject().Key("error").BeginObject();
    json.Key("message").String(message).Key("type").String(name).Key("param").Null().Key("code");
    if (code.empty()) {
        json.Null();
    } else {
        json.String(code);
    }
    json.EndObject().EndObject();
    return json.Take();
}

}  // namespace sightglass::dialect::openai
