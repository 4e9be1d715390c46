// What goes wrong in the demo, how often, and how OpenAI would put it.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/demo/cast.h"
#include "app/demo/incidents.h"
#include "app/demo/random.h"
#include "call/enums.h"

namespace sightglass::demo {

enum class Fault : std::uint8_t {
    kNone,
    kBadKey,         ///< 401
    kBadRequest,     ///< 400, context_length_exceeded
    kModelUnknown,   ///< 404
    kTokenLimit,     ///< 429, tokens a minute
    kRequestLimit,   ///< 429, requests a minute
    kServerError,    ///< 500
    kOverloaded,     ///< 503
    kSlow,           ///< Answers well, several times later than usual.
    kCutOff,         ///< The connection ends in the middle of a stream.
    kContentFilter,  ///< finish_reason content_filter
};

/// Probabilities a request, in an ordinary hour.
struct FaultRates {
    double token_limit = 0.003;  ///< On top of limits that are really reached.
    double request_limit = 0.001;
    double server_error = 0.002;
    double overloaded = 0.0015;
    double bad_request = 0.0015;
    double slow = 0.006;
    double cut_off = 0.002;  ///< Of streams.
    double content_filter = 0.002;
};

/// Nothing ever goes wrong: for tests.
inline constexpr FaultRates kNoFaults{0, 0, 0, 0, 0, 0, 0, 0};

/// Draws what happens to one request. kCutOff only where `stream`.
Fault DrawFault(const FaultRates& rates, bool stream, Random& random) noexcept;

/// An error answer, in OpenAI's words.
struct ErrorAnswer {
    int http_status = 0;
    std::string type;
    std::string code;   ///< Empty: null.
    std::string param;  ///< Empty: null.
    std::string message;
    ErrorType error_type = ErrorType::kOther;  ///< What Sightglass makes of it.
    Duration retry_after{};                    ///< 0: the answer says nothing of it.
};

/// Whom the error concerns.
struct ErrorSubject {
    std::string_view model;
    std::string_view organization;
    std::string_view key;
    std::int64_t limit = 0;  ///< A minute, of tokens or of requests.
    std::int64_t used = 0;
    std::int64_t requested = 0;
    Duration retry_after = std::chrono::seconds(2);
};

/// Nothing for faults that are not error answers (kNone, kSlow, kCutOff, kContentFilter).
std::optional<ErrorAnswer> DescribeError(Fault fault, const ErrorSubject& subject);

/// "6m0s", "1.204s", "37ms": as limits' headers and messages give durations.
std::string GoDuration(Duration duration);

/// Rates during an incident, for whom it concerns.
FaultRates RatesDuring(Incident incident, const FaultRates& ordinary) noexcept;

}  // namespace sightglass::demo
