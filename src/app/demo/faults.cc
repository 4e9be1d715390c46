#include "app/demo/faults.h"

#include <array>
#include <cstdio>

namespace sightglass::demo {

namespace {

// "sk-pr***3a9f": enough to recognise one's own key.
std::string Masked(std::string_view key) {
    if (key.size() < 12) {
        return std::string(key);
    }
    return std::string(key.substr(0, 5)) + std::string(20, '*') +
           std::string(key.substr(key.size() - 4));
}

ErrorAnswer LimitError(std::string_view what, std::string_view unit, const ErrorSubject& subject) {
    ErrorAnswer answer;
    answer.http_status = 429;
    answer.type = what;
    answer.code = "rate_limit_exceeded";
    answer.error_type = ErrorType::kProviderRateLimited;
    answer.retry_after = subject.retry_after;
    answer.message = "Rate limit reached for " + std::string(subject.model) + " in organization " +
                     std::string(subject.organization) + " on " + std::string(what) + " per min (" +
                     std::string(unit) + "): Limit " + std::to_string(subject.limit) + ", Used " +
                     std::to_string(subject.used) + ", Requested " +
                     std::to_string(subject.requested) + ". Please try again in " +
                     GoDuration(subject.retry_after) +
                     ". Visit https://platform.openai.com/account/rate-limits to learn more.";
    return answer;
}

ErrorAnswer BadRequestError(const ErrorSubject& subject) {
    const std::string message =
        "This model's maximum context length is " + std::to_string(subject.limit) +
        " tokens. However, your messages resulted in " + std::to_string(subject.requested) +
        " tokens. Please reduce the length of the messages.";
    return {
        400,
        "invalid_request_error",
        "context_length_exceeded",
        "messages",
        message,
        ErrorType::kCallerTooLarge,
        {},
    };
}

}  // namespace

Fault DrawFault(const FaultRates& rates, bool stream, Random& random) noexcept {
    struct Chance {
        Fault fault;
        double probability;
    };

    const std::array<Chance, 8> chances = {{
        {Fault::kTokenLimit, rates.token_limit},
        {Fault::kRequestLimit, rates.request_limit},
        {Fault::kServerError, rates.server_error},
        {Fault::kOverloaded, rates.overloaded},
        {Fault::kBadRequest, rates.bad_request},
        {Fault::kSlow, rates.slow},
        {Fault::kCutOff, stream ? rates.cut_off : 0},
        {Fault::kContentFilter, rates.content_filter},
    }};
    double left = random.Unit();
    for (const Chance& chance : chances) {
        left -= chance.probability;
        if (left < 0) {
            return chance.fault;
        }
    }
    return Fault::kNone;
}

std::optional<ErrorAnswer> DescribeError(Fault fault, const ErrorSubject& subject) {
    const std::string model(subject.model);
    switch (fault) {
        case Fault::kBadKey:
            return ErrorAnswer{
                401,
                "invalid_request_error",
                "invalid_api_key",
                "",
                "Incorrect API key provided: " + Masked(subject.key) +
                    ". You can find your API key at https://platform.openai.com/account/api-keys.",
                ErrorType::kProviderAuth,
                {},
            };
        case Fault::kBadRequest:
            return BadRequestError(subject);
        case Fault::kModelUnknown:
            return ErrorAnswer{
                404,
                "invalid_request_error",
                "model_not_found",
                "model",
                "The model `" + model + "` does not exist or you do not have access to it.",
                ErrorType::kCallerModelUnknown,
                {},
            };
        case Fault::kTokenLimit:
            return LimitError("tokens", "TPM", subject);
        case Fault::kRequestLimit:
            return LimitError("requests", "RPM", subject);
        case Fault::kServerError:
            return ErrorAnswer{
                500,
                "server_error",
                "",
                "",
                "The server had an error while processing your request. Sorry about that!",
                ErrorType::kProviderServerError,
                {},
            };
        case Fault::kOverloaded:
            return ErrorAnswer{
                503,
                "service_unavailable_error",
                "server_is_overloaded",
                "",
                "The engine is currently overloaded, please try again later.",
                ErrorType::kProviderOverloaded,
                std::chrono::seconds(3),
            };
        case Fault::kNone:
        case Fault::kSlow:
        case Fault::kCutOff:
        case Fault::kContentFilter:
            break;
    }
    return std::nullopt;
}

std::string GoDuration(Duration duration) {
    const std::int64_t ms = duration.count() / 1000;
    if (ms < 1000) {
        return std::to_string(ms) + "ms";
    }
    std::string text;
    if (ms >= 60'000) {
        text = std::to_string(ms / 60'000) + "m";
    }
    std::array<char, 32> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "%g", static_cast<double>(ms % 60'000) / 1000);
    return text + seconds.data() + "s";
}

FaultRates RatesDuring(Incident incident, const FaultRates& ordinary) noexcept {
    FaultRates rates = ordinary;
    switch (incident) {
        case Incident::kSlowModel:
            rates.slow = 0.85;
            rates.cut_off = 0.02;
            break;
        case Incident::kRateLimits:
            rates.token_limit = 0.22;
            rates.request_limit = 0.06;
            break;
        case Incident::kOutage:
            rates.server_error = 0.3;
            rates.overloaded = 0.25;
            rates.cut_off = 0.05;
            break;
        case Incident::kLoop:
        case Incident::kStrangeKeys:
        case Incident::kCount_:
            break;
    }
    return rates;
}

}  // namespace sightglass::demo
