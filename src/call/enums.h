// The closed vocabularies of a Call. Stored values never change: new ones are added at the end,
// before kCount_.
//
// Thread-safety: pure functions over constants.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sightglass {

/// Where a Call was seen.
enum class Source : std::uint8_t { kGateway, kOtlp, kImport, kProviderUsage, kCount_ };

/// How a Call ended. `error` and `interrupted` are what error_rate counts.
enum class CallStatus : std::uint8_t {
    kOk,
    kError,        ///< The client got an error, or an error inside a 200 stream.
    kCancelled,    ///< The client went away first.
    kInterrupted,  ///< It never got its end: our process was killed, or the answer was cut off.
    kBlocked,      ///< A policy refused it.
    kCount_
};

/// OpenTelemetry GenAI operation, widened to everything that providers bill.
enum class Operation : std::uint8_t {
    kChat,
    kResponse,
    kCompletion,
    kEmbedding,
    kImage,
    kSpeech,
    kTranscription,
    kModeration,
    kRerank,
    kRealtime,
    kBatch,
    kOther,
    kCount_
};

/// Who caused a failure, and how. A closed list: what fits nowhere is kOther, and that is an alarm.
enum class ErrorType : std::uint8_t {
    kCallerInvalidRequest,
    kCallerModelUnknown,
    kCallerTooLarge,
    kCallerCancelled,
    kPolicyDenied,
    kPolicyLimited,
    kPolicyBudget,
    kPolicyBlocked,
    kProviderAuth,
    kProviderBilling,
    kProviderRateLimited,
    kProviderOverloaded,
    kProviderServerError,
    kProviderTimeout,
    kProviderUnreachable,
    kProviderBadAnswer,
    kSelfInternal,
    kSelfDropped,
    kOther,
    kCount_
};

/// Whose token counts these are.
enum class TokenSource : std::uint8_t { kProvider, kCounted, kEstimated, kNone, kCount_ };

/// Whose price this is.
enum class CostSource : std::uint8_t { kProvider, kPriced, kUnpriced, kCount_ };

/// The stable lower-case name: "gateway", "interrupted", "provider_rate_limited", "unpriced".
std::string_view ToString(Source value) noexcept;
std::string_view ToString(CallStatus value) noexcept;
std::string_view ToString(Operation value) noexcept;
std::string_view ToString(ErrorType value) noexcept;
std::string_view ToString(TokenSource value) noexcept;
std::string_view ToString(CostSource value) noexcept;

/// The value of a stable name. Instantiated for the six vocabularies above.
template <typename Enum>
std::optional<Enum> ParseEnum(std::string_view name) noexcept;

}  // namespace sightglass
