#include "dialect/openai/quirks.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sightglass::dialect::openai {
namespace {

/// https://open.bigmodel.cn: four digits.
constexpr auto kZhipuWords = std::to_array<ErrorWord>({
    {"1000", ErrorType::kProviderAuth},        {"1001", ErrorType::kProviderAuth},
    {"1002", ErrorType::kProviderAuth},        {"1003", ErrorType::kProviderAuth},
    {"1004", ErrorType::kProviderAuth},        {"1110", ErrorType::kProviderAuth},
    {"1111", ErrorType::kProviderAuth},        {"1112", ErrorType::kProviderAuth},
    {"1113", ErrorType::kProviderBilling},     {"1211", ErrorType::kCallerModelUnknown},
    {"1220", ErrorType::kProviderAuth},        {"1222", ErrorType::kCallerModelUnknown},
    {"1230", ErrorType::kProviderServerError}, {"1234", ErrorType::kProviderServerError},
    {"1261", ErrorType::kCallerTooLarge},      {"1301", ErrorType::kCallerInvalidRequest},
    {"1302", ErrorType::kProviderRateLimited}, {"1303", ErrorType::kProviderRateLimited},
    {"1304", ErrorType::kProviderRateLimited}, {"1305", ErrorType::kProviderOverloaded},
    {"1308", ErrorType::kProviderRateLimited}, {"1309", ErrorType::kProviderBilling},
    {"1310", ErrorType::kProviderRateLimited}, {"1312", ErrorType::kProviderOverloaded},
});

constexpr auto kMistralWords = std::to_array<ErrorWord>({
    {"1300", ErrorType::kProviderRateLimited},
    {"1500", ErrorType::kCallerModelUnknown},
    {"3505", ErrorType::kProviderOverloaded},
    {"rate_limited", ErrorType::kProviderRateLimited},
    {"service_tier_capacity_exceeded", ErrorType::kProviderOverloaded},
});

constexpr auto kMoonshotWords = std::to_array<ErrorWord>({
    {"exceeded_current_quota_error", ErrorType::kProviderBilling},
    {"engine_overloaded_error", ErrorType::kProviderOverloaded},
    {"rate_limit_reached_error", ErrorType::kProviderRateLimited},
    {"invalid_authentication_error", ErrorType::kProviderAuth},
    {"incorrect_api_key_error", ErrorType::kProviderAuth},
    {"permission_denied_error", ErrorType::kProviderAuth},
    {"resource_not_found_error", ErrorType::kCallerModelUnknown},
    {"content_filter", ErrorType::kCallerInvalidRequest},
    {"server_error", ErrorType::kProviderServerError},
});

constexpr auto kDashScopeWords = std::to_array<ErrorWord>({
    {"Arrearage", ErrorType::kProviderBilling},
    {"Throttling", ErrorType::kProviderRateLimited},
    {"Throttling.RateQuota", ErrorType::kProviderRateLimited},
    {"Throttling.BurstRate", ErrorType::kProviderRateLimited},
    {"Throttling.AllocationQuota", ErrorType::kProviderRateLimited},
    {"limit_requests", ErrorType::kProviderRateLimited},
    {"limit_burst_rate", ErrorType::kProviderRateLimited},
    {"InvalidApiKey", ErrorType::kProviderAuth},
    {"AccessDenied", ErrorType::kProviderAuth},
    {"AccessDenied.Unpurchased", ErrorType::kProviderBilling},
    {"ModelNotFound", ErrorType::kCallerModelUnknown},
    {"InvalidParameter", ErrorType::kCallerInvalidRequest},
    {"DataInspectionFailed", ErrorType::kCallerInvalidRequest},
    {"data_inspection_failed", ErrorType::kCallerInvalidRequest},
    {"RequestTimeOut", ErrorType::kProviderTimeout},
    {"InternalError", ErrorType::kProviderServerError},
    {"InternalError.Algo", ErrorType::kProviderServerError},
    {"InternalError.Timeout", ErrorType::kProviderTimeout},
    {"ServiceUnavailable", ErrorType::kProviderOverloaded},
    {"ModelUnavailable", ErrorType::kProviderOverloaded},
});

constexpr auto kCerebrasWords = std::to_array<ErrorWord>({
    {"wrong_api_key", ErrorType::kProviderAuth},
    {"queue_exceeded", ErrorType::kProviderOverloaded},
    {"request_quota_exceeded", ErrorType::kProviderRateLimited},
    {"token_quota_exceeded", ErrorType::kProviderRateLimited},
    {"too_many_requests_error", ErrorType::kProviderRateLimited},
});

constexpr auto kVolcengineWords = std::to_array<ErrorWord>({
    {"AccountOverdueError", ErrorType::kProviderBilling},
    {"InvalidEndpointOrModel.NotFound", ErrorType::kCallerModelUnknown},
    {"ModelNotOpen", ErrorType::kCallerModelUnknown},
    {"QuotaExceeded", ErrorType::kProviderRateLimited},
    {"ServerOverloaded", ErrorType::kProviderOverloaded},
});

constexpr LimitHeaders kUnnamedLimits = {
    .limit_requests = "x-ratelimit-limit",
    .remaining_requests = "x-ratelimit-remaining",
    .reset_requests = "x-ratelimit-reset",
};

constexpr LimitHeaders kMistralLimits = {
    .limit_requests = "x-ratelimit-limit-req-minute x-ratelimit-limit-req-10-second",
    .remaining_requests = "x-ratelimit-remaining-req-minute x-ratelimit-remaining-req-10-second",
    .reset_requests = "x-ratelimit-reset-req-minute ratelimit-reset",
    .limit_tokens = "x-ratelimit-limit-tokens-minute ratelimitbysize-limit",
    .remaining_tokens = "x-ratelimit-remaining-tokens-minute ratelimitbysize-remaining",
    .reset_tokens = "x-ratelimit-reset-tokens-minute ratelimitbysize-reset",
};

constexpr LimitHeaders kCerebrasLimits = {
    .limit_requests = "x-ratelimit-limit-requests-minute x-ratelimit-limit-requests-day",
    .remaining_requests =
        "x-ratelimit-remaining-requests-minute x-ratelimit-remaining-requests-day",
    .reset_requests = "x-ratelimit-reset-requests-minute x-ratelimit-reset-requests-day",
    .limit_tokens = "x-ratelimit-limit-tokens-minute",
    .remaining_tokens = "x-ratelimit-remaining-tokens-minute",
    .reset_tokens = "x-ratelimit-reset-tokens-minute",
};

constexpr LimitHeaders kFireworksLimits = {
    .limit_tokens = "x-ratelimit-limit-tokens-generated",
    .remaining_tokens = "x-ratelimit-remaining-tokens-generated",
};

constexpr std::string_view kPerplexityBeside[] = {"reasoning_tokens", "citation_tokens"};

constexpr Quirks kNone = {};

constexpr auto kQuirks = std::to_array<Quirks>({
    {.provider = "cerebras", .limits = kCerebrasLimits, .error_words = kCerebrasWords},
    {.provider = "dashscope", .error_words = kDashScopeWords},
    {.provider = "deepseek", .request_id_headers = "x-ds-trace-id"},
    {.provider = "fireworks", .limits = kFireworksLimits},
    {.provider = "mistral",
     .request_id_headers = "mistral-correlation-id x-kong-request-id",
     .milliseconds_header = "x-envoy-upstream-service-time",
     .limits = kMistralLimits,
     .error_words = kMistralWords},
    {.provider = "moonshotai",
     .request_id_headers = "msh-request-id",
     .error_words = kMoonshotWords},
    {.provider = "openrouter", .limits = kUnnamedLimits},
    {.provider = "perplexity", .beside_completion = kPerplexityBeside},
    {.provider = "together",
     .request_id_headers = "x-amzn-trace-id",
     .milliseconds_header = "x-total-time",
     .limits = kUnnamedLimits},
    {.provider = "volcengine", .error_words = kVolcengineWords},
    {.provider = "xai", .reasoning_beside_completion = true},
    {.provider = "zai", .request_id_headers = "x-log-id", .error_words = kZhipuWords},
    {.provider = "zhipuai", .request_id_headers = "x-log-id", .error_words = kZhipuWords},
});

}  // namespace

const Quirks& QuirksOf(std::string_view provider) noexcept {
    const auto* found = std::find_if(kQuirks.begin(), kQuirks.end(), [provider](const Quirks& row) {
        return row.provider == provider;
    });
    return found == kQuirks.end() ? kNone : *found;
}

std::string_view FirstOfHeaders(const HeaderLookup& header, std::string_view names) {
    while (!names.empty()) {
        const std::string_view name = names.substr(0, names.find(' '));
        if (const std::string_view value = Trim(header(name)); !value.empty()) {
            return value;
        }
        names.remove_prefix(std::min(name.size() + 1, names.size()));
    }
    return {};
}

}  // namespace sightglass::dialect::openai
