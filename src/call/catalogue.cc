#include "call/catalogue.h"

#include <algorithm>
#include <array>

namespace sightglass {
namespace {

constexpr double kMicrosecondsPerMillisecond = 1e3;

constexpr Metric Count(std::string_view name, Condition condition) {
    return {
        .name = name,
        .unit = "calls",
        .aggregate = Aggregate::kCount,
        .condition = condition,
        .integer = true};
}

constexpr Metric TokenSum(std::string_view name, Quantity quantity) {
    return {
        .name = name,
        .unit = "tokens",
        .aggregate = Aggregate::kSum,
        .quantity = quantity,
        .integer = true};
}

constexpr Metric
Ratio(std::string_view name, std::string_view unit, std::string_view over, std::string_view under) {
    return {
        .name = name,
        .unit = unit,
        .aggregate = Aggregate::kRatio,
        .numerator = over,
        .denominator = under};
}

constexpr Metric PerMinute(std::string_view name, std::string_view unit, std::string_view of) {
    return {.name = name, .unit = unit, .aggregate = Aggregate::kPerMinute, .numerator = of};
}

constexpr Metric Distinct(std::string_view name, std::string_view field) {
    return {
        .name = name,
        .unit = name,
        .aggregate = Aggregate::kDistinct,
        .field = field,
        .integer = true};
}

constexpr Metric
Milliseconds(std::string_view name, Aggregate aggregate, Quantity quantity, double quantile = 0) {
    return {
        .name = name,
        .unit = "ms",
        .aggregate = aggregate,
        .quantity = quantity,
        .quantile = quantile,
        .divisor = kMicrosecondsPerMillisecond,
    };
}

constexpr Metric Microseconds(std::string_view name, Aggregate aggregate, double quantile = 0) {
    return {
        .name = name,
        .unit = "us",
        .aggregate = aggregate,
        .quantity = Quantity::kGatewayUs,
        .quantile = quantile,
    };
}

constexpr Metric OfSessions(
    std::string_view name,
    std::string_view unit,
    Aggregate aggregate,
    SessionMeasure measure,
    double quantile = 0
) {
    return {
        .name = name,
        .unit = unit,
        .aggregate = aggregate,
        .quantile = quantile,
        .session = measure};
}

constexpr Metric CountFeedback(std::string_view name, FeedbackPart part) {
    return {
        .name = name,
        .unit = "feedback",
        .aggregate = Aggregate::kFeedback,
        .feedback = part,
        .integer = true};
}

constexpr auto kMetrics = std::to_array<Metric>({
    Count("calls", Condition::kAll),
    PerMinute("calls_per_min", "1/min", "calls"),
    Count("errors", Condition::kErrors),
    Ratio("error_rate", "ratio", "errors", "calls"),
    Count("rate_limited", Condition::kRateLimited),
    Ratio("rate_limited_rate", "ratio", "rate_limited", "calls"),
    {.name = "cost_usd",
     .unit = "usd",
     .aggregate = Aggregate::kSum,
     .quantity = Quantity::kCostNanoUsd,
     .divisor = 1e9},
    Ratio("cost_per_call_usd", "usd", "cost_usd", "calls"),
    TokenSum("input_tokens", Quantity::kInputTokens),
    TokenSum("cached_input_tokens", Quantity::kCachedInputTokens),
    TokenSum("output_tokens", Quantity::kOutputTokens),
    TokenSum("reasoning_tokens", Quantity::kReasoningTokens),
    TokenSum("total_tokens", Quantity::kTotalTokens),
    PerMinute("tokens_per_min", "tokens/min", "total_tokens"),
    Ratio("cache_hit_rate", "ratio", "cached_input_tokens", "input_tokens"),
    Milliseconds("latency_avg_ms", Aggregate::kAverage, Quantity::kLatencyUs),
    Milliseconds("latency_p50_ms", Aggregate::kQuantile, Quantity::kLatencyUs, 0.5),
    Milliseconds("latency_p90_ms", Aggregate::kQuantile, Quantity::kLatencyUs, 0.9),
    Milliseconds("latency_p95_ms", Aggregate::kQuantile, Quantity::kLatencyUs, 0.95),
    Milliseconds("latency_p99_ms", Aggregate::kQuantile, Quantity::kLatencyUs, 0.99),
    Milliseconds("latency_max_ms", Aggregate::kMax, Quantity::kLatencyUs),
    Milliseconds("ttft_avg_ms", Aggregate::kAverage, Quantity::kTtftUs),
    Milliseconds("ttft_p50_ms", Aggregate::kQuantile, Quantity::kTtftUs, 0.5),
    Milliseconds("ttft_p90_ms", Aggregate::kQuantile, Quantity::kTtftUs, 0.9),
    Milliseconds("ttft_p95_ms", Aggregate::kQuantile, Quantity::kTtftUs, 0.95),
    Milliseconds("ttft_p99_ms", Aggregate::kQuantile, Quantity::kTtftUs, 0.99),
    Milliseconds("ttft_max_ms", Aggregate::kMax, Quantity::kTtftUs),
    Milliseconds("tpot_avg_ms", Aggregate::kAverage, Quantity::kTpotUs),
    Milliseconds("tpot_p50_ms", Aggregate::kQuantile, Quantity::kTpotUs, 0.5),
    Milliseconds("tpot_p90_ms", Aggregate::kQuantile, Quantity::kTpotUs, 0.9),
    Milliseconds("tpot_p95_ms", Aggregate::kQuantile, Quantity::kTpotUs, 0.95),
    Milliseconds("tpot_p99_ms", Aggregate::kQuantile, Quantity::kTpotUs, 0.99),
    Milliseconds("tpot_max_ms", Aggregate::kMax, Quantity::kTpotUs),
    {
        .name = "output_tokens_per_s",
        .unit = "tokens/s",
        .aggregate = Aggregate::kRatio,
        .numerator = "streamed_output_tokens",
        .denominator = "generation_s",
    },
    Microseconds("gateway_overhead_avg_us", Aggregate::kAverage),
    Microseconds("gateway_overhead_p50_us", Aggregate::kQuantile, 0.5),
    Microseconds("gateway_overhead_p90_us", Aggregate::kQuantile, 0.9),
    Microseconds("gateway_overhead_p95_us", Aggregate::kQuantile, 0.95),
    Microseconds("gateway_overhead_p99_us", Aggregate::kQuantile, 0.99),
    Microseconds("gateway_overhead_max_us", Aggregate::kMax),
    Distinct("users", "user"),
    Distinct("sessions", "session_id"),
    Distinct("keys", "api_key"),
    OfSessions(
        "session_length_avg_s",
        "s",
        Aggregate::kSessionAverage,
        SessionMeasure::kLengthSeconds
    ),
    OfSessions(
        "session_length_p50_s",
        "s",
        Aggregate::kSessionQuantile,
        SessionMeasure::kLengthSeconds,
        0.5
    ),
    OfSessions(
        "session_length_p95_s",
        "s",
        Aggregate::kSessionQuantile,
        SessionMeasure::kLengthSeconds,
        0.95
    ),
    OfSessions("session_turns_avg", "turns", Aggregate::kSessionAverage, SessionMeasure::kTurns),
    OfSessions(
        "session_turns_p50",
        "turns",
        Aggregate::kSessionQuantile,
        SessionMeasure::kTurns,
        0.5
    ),
    OfSessions(
        "session_turns_p95",
        "turns",
        Aggregate::kSessionQuantile,
        SessionMeasure::kTurns,
        0.95
    ),
    CountFeedback("feedback_count", FeedbackPart::kAll),
    Ratio("satisfaction_rate", "ratio", "positive_feedback", "rated_feedback"),
    Ratio("repaired_rate", "ratio", "repaired", "calls"),
    Ratio("unpriced_rate", "ratio", "unpriced", "calls"),
    Ratio("estimated_rate", "ratio", "estimated", "calls"),
    Ratio("incomplete_rate", "ratio", "incomplete", "calls"),
});

// What ratios are made of and nobody asks for by itself: found by name, not listed.
constexpr auto kParts = std::to_array<Metric>({
    Count("repaired", Condition::kRepaired),
    Count("unpriced", Condition::kUnpriced),
    Count("estimated", Condition::kEstimated),
    Count("incomplete", Condition::kIncomplete),
    Count("interrupted", Condition::kInterrupted),
    Count("without_model", Condition::kWithoutModel),
    Count("without_status", Condition::kWithoutStatus),
    Count("without_duration", Condition::kWithoutDuration),
    Count("without_tokens", Condition::kWithoutTokens),
    Count("joined_calls", Condition::kJoined),
    CountFeedback("positive_feedback", FeedbackPart::kPositive),
    CountFeedback("rated_feedback", FeedbackPart::kRated),
    TokenSum("streamed_output_tokens", Quantity::kStreamedOutputTokens),
    {
        .name = "generation_s",
        .unit = "s",
        .aggregate = Aggregate::kSum,
        .quantity = Quantity::kGenerationUs,
        .divisor = 1e6,
    },
});

constexpr std::string_view kTagPrefix = "tag:";

constexpr auto kGaps = std::to_array<Condition>({
    Condition::kInterrupted,
    Condition::kWithoutModel,
    Condition::kWithoutStatus,
    Condition::kWithoutDuration,
    Condition::kWithoutTokens,
});

/// Whether nobody said how many tokens it took, and it did take some.
bool LacksTokens(const Call& call) noexcept {
    const bool has_some =
        call.operation == Operation::kChat || call.operation == Operation::kResponse ||
        call.operation == Operation::kCompletion || call.operation == Operation::kEmbedding;
    return has_some && call.status == CallStatus::kOk &&
           call.token_source.value_or(TokenSource::kNone) == TokenSource::kNone;
}

OptionalInt Add(const OptionalInt& a, const OptionalInt& b) noexcept {
    if (!a && !b) {
        return std::nullopt;
    }
    return a.value_or(0) + b.value_or(0);
}

OptionalInt GenerationUs(const Call& call) noexcept {
    const bool known =
        call.first_token_at && call.ended_at && call.output_tokens && call.stream.value_or(false);
    if (!known || *call.ended_at <= *call.first_token_at) {
        return std::nullopt;
    }
    return (*call.ended_at - *call.first_token_at).count();
}

}  // namespace

std::span<const Metric> Metrics() noexcept {
    return kMetrics;
}

const Metric* FindMetric(std::string_view name) noexcept {
    for (const Metric& metric : kMetrics) {
        if (metric.name == name) {
            return &metric;
        }
    }
    for (const Metric& metric : kParts) {
        if (metric.name == name) {
            return &metric;
        }
    }
    return nullptr;
}

std::optional<Dimension> FindDimension(std::string_view name) noexcept {
    if (name.substr(0, kTagPrefix.size()) == kTagPrefix && name.size() > kTagPrefix.size()) {
        return Dimension{.field = nullptr, .tag = name.substr(kTagPrefix.size())};
    }
    const Field* field = FindField(name);
    if (field == nullptr || field->role != FieldRole::kDimension) {
        return std::nullopt;
    }
    return Dimension{.field = field, .tag = {}};
}

std::span<const std::string_view> DimensionNames() noexcept {
    static const auto* const names = [] {
        auto* made = new std::vector<std::string_view>;  // Lives as long as the program.
        for (const Field& field : Fields()) {
            if (field.role == FieldRole::kDimension) {
                made->push_back(field.name);
            }
        }
        return made;
    }();
    return *names;
}

std::optional<std::int64_t> Evaluate(Quantity quantity, const Call& call) noexcept {
    switch (quantity) {
        case Quantity::kNone:
            return std::nullopt;
        case Quantity::kCostNanoUsd:
            return call.cost ? OptionalInt(call.cost->nano_usd()) : std::nullopt;
        case Quantity::kInputTokens:
            return call.InputTokens();
        case Quantity::kCachedInputTokens:
            return call.cached_input_tokens;
        case Quantity::kOutputTokens:
            return call.output_tokens;
        case Quantity::kReasoningTokens:
            return call.reasoning_tokens;
        case Quantity::kTotalTokens:
            return Add(call.InputTokens(), call.output_tokens);
        case Quantity::kLatencyUs:
            return call.latency_us;
        case Quantity::kTtftUs:
            return call.ttft_us;
        case Quantity::kTpotUs:
            return call.tpot_us;
        case Quantity::kGatewayUs:
            return call.gateway_us;
        case Quantity::kGenerationUs:
            return GenerationUs(call);
        case Quantity::kStreamedOutputTokens:
            return GenerationUs(call) ? call.output_tokens : std::nullopt;
        case Quantity::kFreshInputTokens:
            return call.fresh_input_tokens;
        case Quantity::kCacheWrite5mTokens:
            return call.cache_write_5m_tokens;
        case Quantity::kCacheWrite30mTokens:
            return call.cache_write_30m_tokens;
        case Quantity::kCacheWrite1hTokens:
            return call.cache_write_1h_tokens;
        case Quantity::kCacheWrite12hTokens:
            return call.cache_write_12h_tokens;
        case Quantity::kAudioInputTokens:
            return call.audio_input_tokens;
        case Quantity::kAudioOutputTokens:
            return call.audio_output_tokens;
        case Quantity::kImageInputTokens:
            return call.image_input_tokens;
        case Quantity::kImageOutputTokens:
            return call.image_output_tokens;
    }
    return std::nullopt;
}

bool Meets(Condition condition, const Call& call) noexcept {
    switch (condition) {
        case Condition::kAll:
            return true;
        case Condition::kErrors:
            return call.status == CallStatus::kError || call.status == CallStatus::kInterrupted;
        case Condition::kRateLimited:
            return call.error_type == ErrorType::kProviderRateLimited ||
                   call.error_type == ErrorType::kPolicyLimited;
        case Condition::kRepaired:
            return !call.repairs.empty();
        case Condition::kUnpriced:
            return call.cost_source == CostSource::kUnpriced;
        case Condition::kEstimated:
            return call.token_source == TokenSource::kCounted ||
                   call.token_source == TokenSource::kEstimated;
        case Condition::kInterrupted:
            return call.status == CallStatus::kInterrupted;
        case Condition::kWithoutModel:
            return call.model.empty();
        case Condition::kWithoutStatus:
            return !call.status;
        case Condition::kWithoutDuration:
            return !call.latency_us;
        case Condition::kWithoutTokens:
            return LacksTokens(call);
        case Condition::kIncomplete:
            return std::any_of(kGaps.begin(), kGaps.end(), [&call](Condition gap) {
                return Meets(gap, call);
            });
        case Condition::kJoined:
            return !call.joined.empty();
    }
    return false;
}

bool IsPartOf(FeedbackPart part, const Feedback& feedback) noexcept {
    switch (part) {
        case FeedbackPart::kNone:
            return false;
        case FeedbackPart::kAll:
            return true;
        case FeedbackPart::kPositive:
            return feedback.score.value_or(0) > 0;
        case FeedbackPart::kRated:
            return feedback.score.value_or(0) != 0;
    }
    return false;
}

}  // namespace sightglass
