#include "analytics/metric_parts.h"

#include <limits>

namespace sightglass::analytics {
namespace {

/// The same, as a whole number in the quantity's own unit.
Metric Whole(const Metric& metric) {
    Metric whole = metric;
    whole.integer = true;
    whole.divisor = 1;
    return whole;
}

Metric SumOf(Quantity quantity) {
    return {
        .name = "sum",
        .unit = "",
        .aggregate = Aggregate::kSum,
        .quantity = quantity,
        .integer = true};
}

Metric
KnownOf(Quantity quantity, std::int64_t at_least = std::numeric_limits<std::int64_t>::min()) {
    return {
        .name = "known",
        .unit = "calls",
        .aggregate = Aggregate::kKnown,
        .quantity = quantity,
        .integer = true,
        .at_least = at_least};
}

bool AddsUp(const Metric& metric) {
    return metric.aggregate == Aggregate::kCount || metric.aggregate == Aggregate::kSum ||
           metric.aggregate == Aggregate::kFeedback;
}

void SetRatio(MetricParts& parts, const Metric& top, const Metric& below, double scale) {
    parts.kind = MetricKind::kRatio;
    parts.measures[MetricParts::kTop] = top;
    parts.measures[MetricParts::kBelow] = below;
    parts.scale = scale;
    parts.count = 3;
}

void SetSum(MetricParts& parts, const Metric& metric) {
    parts.kind = MetricKind::kSum;
    parts.measures[MetricParts::kTop] = Whole(metric);
    parts.scale = 1 / metric.divisor;
    parts.count = 2;
    parts.has_tokens =
        metric.quantity == Quantity::kCostNanoUsd || metric.quantity == Quantity::kTotalTokens;
    if (parts.has_tokens) {
        parts.measures[MetricParts::kBelow] = SumOf(Quantity::kTotalTokens);
        parts.count = 3;
    }
}

void SetRatioOfMetrics(MetricParts& parts, const Metric& metric) {
    const Metric& top = *FindMetric(metric.numerator);
    const Metric& below = *FindMetric(metric.denominator);
    if (AddsUp(top) && AddsUp(below)) {
        SetRatio(parts, Whole(top), Whole(below), below.divisor / top.divisor);
    }
}

}  // namespace

const char* ToString(MetricKind kind) noexcept {
    switch (kind) {
        case MetricKind::kSum:
            return "sum";
        case MetricKind::kRatio:
            return "ratio";
        case MetricKind::kQuantile:
            return "quantile";
        case MetricKind::kOther:
            break;
    }
    return "other";
}

std::vector<const Metric*> MetricParts::Measures() const {
    std::vector<const Metric*> all;
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back(&measures[i]);
    }
    return all;
}

MetricParts PartsOf(const Metric& metric, std::int64_t at_least) {
    MetricParts parts;
    parts.measures[MetricParts::kCalls] = *FindMetric("calls");
    switch (metric.aggregate) {
        case Aggregate::kCount:
        case Aggregate::kSum:
        case Aggregate::kFeedback:
            SetSum(parts, metric);
            break;
        case Aggregate::kPerMinute:
            SetSum(parts, *FindMetric(metric.numerator));
            parts.per_minute = true;
            break;
        case Aggregate::kRatio:
            SetRatioOfMetrics(parts, metric);
            break;
        case Aggregate::kAverage:
            SetRatio(parts, SumOf(metric.quantity), KnownOf(metric.quantity), 1 / metric.divisor);
            break;
        case Aggregate::kQuantile:
            SetRatio(parts, KnownOf(metric.quantity, at_least), KnownOf(metric.quantity), 1);
            parts.kind = MetricKind::kQuantile;
            break;
        default:
            break;
    }
    return parts;
}

MetricKind KindOf(const Metric& metric) {
    return PartsOf(metric).kind;
}

}  // namespace sightglass::analytics
