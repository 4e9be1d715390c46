// The metric and dimension catalogue: what can be asked, with one definition each. The query API,
// the dashboard, the command line, monitors and Prometheus all read this list; engines turn a
// definition into their own arithmetic.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "call/feedback.h"
#include "call/fields.h"

namespace sightglass {

/// Which Calls a count or a sum takes in.
enum class Condition : std::uint8_t {
    kAll,
    kErrors,       ///< status error or interrupted
    kRateLimited,  ///< error_type provider_rate_limited or policy_limited
    kRepaired,     ///< repairs not empty
    kUnpriced,     ///< cost_source unpriced
    kEstimated,    ///< token_source counted or estimated
    kInterrupted,  ///< status interrupted
    kWithoutModel,
    kWithoutStatus,
    kWithoutDuration,  ///< latency_us unknown
    kWithoutTokens,    ///< Of an ok call whose operation has some: chat, response, completion,
                       ///< embedding.
    kIncomplete,       ///< One of those five.
    kJoined,           ///< Made of several records.
};

/// A number computed from each Call; unknown where what it needs is unknown.
enum class Quantity : std::uint8_t {
    kNone,
    kCostNanoUsd,
    kInputTokens,  ///< All input tokens, cached and cache writes included.
    kCachedInputTokens,
    kOutputTokens,
    kReasoningTokens,
    kTotalTokens,  ///< Input and output.
    kLatencyUs,
    kTtftUs,
    kTpotUs,
    kGatewayUs,
    kGenerationUs,          ///< ended_at - first_token_at, of streamed calls with output tokens.
    kStreamedOutputTokens,  ///< output_tokens where kGenerationUs is known.
    kFreshInputTokens,
    kCacheWrite5mTokens,
    kCacheWrite30mTokens,
    kCacheWrite1hTokens,
    kCacheWrite12hTokens,
    kAudioInputTokens,
    kAudioOutputTokens,
    kImageInputTokens,
    kImageOutputTokens,
};

/// Which feedback of a Call is counted; it joins its Call as store/feedback.h says.
enum class FeedbackPart : std::uint8_t {
    kNone,
    kAll,
    kPositive,  ///< Its score is above 0.
    kRated,     ///< Its score is known and not 0.
};

enum class Aggregate : std::uint8_t {
    kCount,  ///< Calls that meet `condition`.
    kSum,    ///< Sum of `quantity`; null when no call has it.
    kAverage,
    kQuantile,  ///< `quantile` of `quantity`.
    kMax,
    kDistinct,   ///< Distinct known values of `field`.
    kRatio,      ///< `numerator` over `denominator`; null where the latter is zero or null.
    kPerMinute,  ///< `numerator` over the minutes of the bucket, or of from…to where there is no
                 ///< interval.
    kSessionAverage,  ///< Over sessions (groups of equal session_id): of `session`.
    kSessionQuantile,
    kFeedback,  ///< Feedback of the Calls: that which `feedback` says.
    kKnown,     ///< Calls whose `quantity` is known and not below `at_least`.
};

/// Of a session, what is aggregated.
enum class SessionMeasure : std::uint8_t { kNone, kLengthSeconds, kTurns };

struct Metric {
    std::string_view name;
    std::string_view unit;  ///< "calls", "usd", "tokens", "ms", "us", "s", "ratio", "1/min",
                            ///< "tokens/s", "users", …
    Aggregate aggregate;
    Quantity quantity = Quantity::kNone;
    Condition condition = Condition::kAll;
    double quantile = 0;  ///< 0.5 … 0.99
    double divisor =
        1;  ///< The answer is the aggregate over this (µs to ms: 1000). Division rounds once; a product with 0.001 twice.
    std::string_view field = "";      ///< For kDistinct.
    std::string_view numerator = "";  ///< Metric names, for kRatio and kPerMinute.
    std::string_view denominator = "";
    SessionMeasure session = SessionMeasure::kNone;
    FeedbackPart feedback = FeedbackPart::kNone;
    bool integer = false;  ///< The answer is a whole number.
    std::int64_t at_least = std::numeric_limits<std::int64_t>::min();  ///< Of kKnown.
};

/// Every metric of the design's catalogue that the Call can answer so far.
std::span<const Metric> Metrics() noexcept;
const Metric* FindMetric(std::string_view name) noexcept;

/// A field to group or filter by, or one tag.
struct Dimension {
    const Field* field = nullptr;  ///< Null for a tag.
    std::string_view tag = "";     ///< "<name>" of "tag:<name>"; a view into the parsed text.
};

/// "model", "api_key", "tag:feature"; nothing for a name that is not in the catalogue.
std::optional<Dimension> FindDimension(std::string_view name) noexcept;

/// Names of all dimensions, without tags.
std::span<const std::string_view> DimensionNames() noexcept;

/// Value of a quantity for one Call. The reference definition: engines are tested against it.
std::optional<std::int64_t> Evaluate(Quantity quantity, const Call& call) noexcept;

/// Whether a Call meets a condition. The reference definition.
bool Meets(Condition condition, const Call& call) noexcept;

/// Whether feedback belongs to the part. The reference definition.
bool IsPartOf(FeedbackPart part, const Feedback& feedback) noexcept;

}  // namespace sightglass
