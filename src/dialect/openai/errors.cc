#include "dialect/openai/errors.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/json_writer.h"
#include "dialect/call_fields.h"
#include "dialect/openai/openai.h"

namespace sightglass::dialect::openai {
namespace {

using codec::JsonValue;
using Word = std::pair<std::string_view, ErrorType>;

/// error.code, lower case.
constexpr std::array<Word, 42> kCodes = {{
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
}};

/// error.type. "invalid_request_error" is not here: a 401 has it too, so the status decides.
constexpr std::array<Word, 15> kTypes = {{
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
}};

template <std::size_t N>
std::optional<ErrorType> Find(const std::array<Word, N>& words, std::string_view text) noexcept {
    const auto* found = std::find_if(words.begin(), words.end(), [text](const Word& word) {
        return EqualsIgnoreCase(word.first, text);
    });
    return found == words.end() ? std::nullopt : std::optional<ErrorType>(found->second);
}

std::optional<ErrorType> ByStatus(int status) noexcept {
    switch (status) {
        case 401:
        case 403:
            return ErrorType::kProviderAuth;
        case 402:
            return ErrorType::kProviderBilling;
        case 408:
        case 504:
        case 524:
            return ErrorType::kProviderTimeout;
        case 413:
            return ErrorType::kCallerTooLarge;
        case 429:
            return ErrorType::kProviderRateLimited;
        case 503:
        case 529:
            return ErrorType::kProviderOverloaded;
        default:
            break;
    }
    if (status >= 500 && status < 600) {
        return ErrorType::kProviderServerError;
    }
    if (status >= 400 && status < 500) {
        return ErrorType::kCallerInvalidRequest;
    }
    return std::nullopt;
}

/// A 429 that waiting does not mend: the one request exceeds the limit.
bool SaysRequestTooLarge(std::string_view message) noexcept {
    return StartsWithIgnoreCase(message, "request too large");
}

void Fail(ErrorType type, int http_status, Call& call) {
    call.status = CallStatus::kError;
    call.error_type = type;
    if (!call.http_status.has_value() && http_status > 0) {
        call.http_status = http_status;
    }
}

std::string_view TextOf(JsonValue value) noexcept {
    return value.String().value_or(std::string_view());
}

/// The first of an error object's members that is text.
std::string_view MessageOf(JsonValue error) noexcept {
    for (const std::string_view key : {"message", "detail", "msg", "error_description", "error"}) {
        const std::string_view text = TextOf(error.Get(key));
        if (!text.empty()) {
            return text;
        }
    }
    return {};
}

/// What an HTML page calls itself.
std::string_view TitleOf(std::string_view page) noexcept {
    constexpr std::size_t kSearchedBytes = 4096;
    page = page.substr(0, kSearchedBytes);
    const std::size_t start = page.find("<title>");
    if (start == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = page.substr(start + 7);
    return Trim(rest.substr(0, rest.find('<')));
}

}  // namespace

ErrorType ClassifyError(
    int http_status,
    std::string_view code,
    std::string_view type,
    std::string_view message
) noexcept {
    if (const auto by_code = Find(kCodes, code); by_code.has_value()) {
        const bool too_large =
            *by_code == ErrorType::kProviderRateLimited && SaysRequestTooLarge(message);
        return too_large ? ErrorType::kCallerTooLarge : *by_code;
    }
    if (const auto by_type = Find(kTypes, type); by_type.has_value()) {
        // "server_error" is said of every 5xx; 503 and 529 say more.
        const bool says_less = *by_type == ErrorType::kProviderServerError;
        return says_less ? ByStatus(http_status).value_or(*by_type) : *by_type;
    }
    if (http_status == 404 && message.find("model") != std::string_view::npos &&
        message.find("does not exist") != std::string_view::npos) {
        return ErrorType::kCallerModelUnknown;
    }
    if (const auto by_status = ByStatus(http_status); by_status.has_value()) {
        return *by_status;
    }
    const bool invalid = EqualsIgnoreCase(type, "invalid_request_error") ||
                         EqualsIgnoreCase(type, "not_found_error") || code == "invalid_prompt" ||
                         code == "content_filter";
    return invalid ? ErrorType::kCallerInvalidRequest : ErrorType::kOther;
}

bool CarriesError(JsonValue root) noexcept {
    const JsonValue error = root.Get("error");
    return error.IsObject() || !TextOf(error).empty();
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
    Fail(ClassifyError(status, code, type, message), http_status, call);
    Assign(call.error_code, code.empty() ? type : std::string_view(code));
    Assign(call.error_message, message, kMessageBytesMax);
}

void ReadErrorText(std::string_view body, int http_status, Call& call) {
    Fail(ClassifyError(http_status, {}, {}, {}), http_status, call);
    const std::string_view text = Trim(body);
    constexpr std::size_t kTextBytesMax = 300;
    Assign(call.error_message, text.starts_with('<') ? TitleOf(text) : text, kTextBytesMax);
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
