#include "live/sums.h"

#include <algorithm>
#include <array>

namespace sightglass::live {
namespace {

constexpr double kUsPerMinute = 60e6;

constexpr std::uint32_t BitOf(Quantity quantity) noexcept {
    return 1U << static_cast<unsigned>(quantity);
}

struct KeptSum {
    Quantity quantity;
    std::int64_t Sums::*sum;
};

constexpr std::array<KeptSum, 5> kKeptSums{{
    {Quantity::kCostNanoUsd, &Sums::cost_nano_usd},
    {Quantity::kInputTokens, &Sums::input_tokens},
    {Quantity::kCachedInputTokens, &Sums::cached_input_tokens},
    {Quantity::kOutputTokens, &Sums::output_tokens},
    {Quantity::kReasoningTokens, &Sums::reasoning_tokens},
}};

std::optional<double> SumOf(Quantity quantity, const Sums& sums) {
    if (quantity == Quantity::kTotalTokens) {
        const auto input = SumOf(Quantity::kInputTokens, sums);
        const auto output = SumOf(Quantity::kOutputTokens, sums);
        const bool known = input || output;
        return known ? std::optional(input.value_or(0) + output.value_or(0)) : std::nullopt;
    }
    for (const KeptSum& kept : kKeptSums) {
        if (kept.quantity == quantity) {
            const bool known = (sums.known & BitOf(quantity)) != 0;
            return known ? std::optional(static_cast<double>(sums.*kept.sum)) : std::nullopt;
        }
    }
    return std::nullopt;
}

bool IsSummed(Quantity quantity) noexcept {
    return quantity == Quantity::kTotalTokens ||
           std::any_of(kKeptSums.begin(), kKeptSums.end(), [&](const KeptSum& kept) {
               return kept.quantity == quantity;
           });
}

/// The others are for the store to count.
bool IsCounted(Condition condition) noexcept {
    constexpr std::array kCounted = {
        Condition::kAll,
        Condition::kErrors,
        Condition::kRateLimited,
        Condition::kRepaired,
        Condition::kUnpriced};
    return std::find(kCounted.begin(), kCounted.end(), condition) != kCounted.end();
}

/// Precondition: IsCounted.
double CountOf(Condition condition, const Sums& sums) noexcept {
    switch (condition) {
        case Condition::kErrors:
            return sums.errors;
        case Condition::kRateLimited:
            return sums.rate_limited;
        case Condition::kRepaired:
            return sums.repaired;
        case Condition::kUnpriced:
            return sums.unpriced;
        default:
            return sums.calls;
    }
}

std::optional<double> AverageOf(Quantity quantity, const Sums& sums) noexcept {
    const bool latency = quantity == Quantity::kLatencyUs;
    const std::uint32_t count = latency ? sums.latencies : sums.first_tokens;
    if (count == 0) {
        return std::nullopt;
    }
    return static_cast<double>(latency ? sums.latency_us : sums.ttft_us) / count;
}

std::optional<double> RatioOf(const Metric& metric, const WindowTotals& totals, Duration window) {
    const auto over = ValueOf(*FindMetric(metric.numerator), totals, window);
    const auto under = ValueOf(*FindMetric(metric.denominator), totals, window);
    if (!over || !under || *under == 0) {
        return std::nullopt;
    }
    return *over / *under;
}

}  // namespace

void Sums::Add(const Call& call) noexcept {
    ++calls;
    errors += Meets(Condition::kErrors, call) ? 1 : 0;
    rate_limited += Meets(Condition::kRateLimited, call) ? 1 : 0;
    repaired += Meets(Condition::kRepaired, call) ? 1 : 0;
    unpriced += Meets(Condition::kUnpriced, call) ? 1 : 0;
    for (const KeptSum& kept : kKeptSums) {
        if (const OptionalInt value = Evaluate(kept.quantity, call)) {
            this->*kept.sum += *value;
            known |= BitOf(kept.quantity);
        }
    }
    if (call.latency_us) {
        ++latencies;
        latency_us += *call.latency_us;
    }
    if (call.ttft_us) {
        ++first_tokens;
        ttft_us += *call.ttft_us;
    }
}

void Sums::Merge(const Sums& other) noexcept {
    calls += other.calls;
    errors += other.errors;
    rate_limited += other.rate_limited;
    repaired += other.repaired;
    unpriced += other.unpriced;
    latencies += other.latencies;
    first_tokens += other.first_tokens;
    known |= other.known;
    for (const KeptSum& kept : kKeptSums) {
        this->*kept.sum += other.*kept.sum;
    }
    latency_us += other.latency_us;
    ttft_us += other.ttft_us;
}

Spread SpreadOf(const Metric& metric) noexcept {
    const bool spread =
        metric.aggregate == Aggregate::kQuantile || metric.aggregate == Aggregate::kMax;
    if (!spread) {
        return Spread::kNone;
    }
    return metric.quantity == Quantity::kLatencyUs ? Spread::kLatency : Spread::kTtft;
}

bool IsLiveMetric(const Metric& metric) noexcept {
    const bool duration =
        metric.quantity == Quantity::kLatencyUs || metric.quantity == Quantity::kTtftUs;
    switch (metric.aggregate) {
        case Aggregate::kCount:
            return IsCounted(metric.condition);
        case Aggregate::kSum:
            return IsSummed(metric.quantity);
        case Aggregate::kAverage:
        case Aggregate::kQuantile:
        case Aggregate::kMax:
            return duration;
        case Aggregate::kRatio:
            return IsLiveMetric(*FindMetric(metric.numerator)) &&
                   IsLiveMetric(*FindMetric(metric.denominator));
        case Aggregate::kPerMinute:
            return IsLiveMetric(*FindMetric(metric.numerator));
        case Aggregate::kDistinct:
        case Aggregate::kSessionAverage:
        case Aggregate::kSessionQuantile:
        case Aggregate::kFeedback:
        case Aggregate::kKnown:
            break;
    }
    return false;
}

std::optional<double> ValueOf(const Metric& metric, const WindowTotals& totals, Duration window) {
    const sketch::LogHistogram& spread =
        SpreadOf(metric) == Spread::kLatency ? totals.latency : totals.ttft;
    std::optional<double> value;
    switch (metric.aggregate) {
        case Aggregate::kCount:
            value = CountOf(metric.condition, totals.sums);
            break;
        case Aggregate::kSum:
            value = SumOf(metric.quantity, totals.sums);
            break;
        case Aggregate::kAverage:
            value = AverageOf(metric.quantity, totals.sums);
            break;
        case Aggregate::kQuantile:
            value = spread.Quantile(metric.quantile);
            break;
        case Aggregate::kMax:
            value = spread.Quantile(1.0);
            break;
        case Aggregate::kRatio:
            return RatioOf(metric, totals, window);
        case Aggregate::kPerMinute:
            value = ValueOf(*FindMetric(metric.numerator), totals, window);
            return value
                       ? std::optional(*value * kUsPerMinute / static_cast<double>(window.count()))
                       : std::nullopt;
        default:
            return std::nullopt;
    }
    return value ? std::optional(*value / metric.divisor) : std::nullopt;
}

}  // namespace sightglass::live
