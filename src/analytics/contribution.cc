#include "analytics/contribution.h"

#include <algorithm>
#include <cmath>

namespace sightglass::analytics {
namespace {

constexpr std::size_t kBaseline = 0;
constexpr std::size_t kCurrent = 1;

using enum MetricParts::Measure;

bool HasTop(const Measured& measured, std::size_t side) {
    return measured.sides[side][kTop].has_value();
}

double AsDouble(std::int64_t value) {
    return static_cast<double>(value);
}

/// Of f = a * b * c: what the change of each of them adds, the order in which they change being
/// any (Shapley). They add up to f1 - f0.
std::array<double, 3>
EffectsOfThree(const std::array<double, 3>& before, const std::array<double, 3>& after) {
    std::array<double, 3> effects{};
    for (std::size_t i = 0; i < 3; ++i) {
        const std::size_t j = (i + 1) % 3;
        const std::size_t k = (i + 2) % 3;
        const double together = before[j] * before[k] + after[j] * after[k];
        const double crossed = before[j] * after[k] + after[j] * before[k];
        effects[i] = (after[i] - before[i]) * (together / 3 + crossed / 6);
    }
    return effects;
}

Presence PresenceOf(const Measured& group) {
    if (group.Of(kBaseline, kCalls) == 0) {
        return Presence::kNew;
    }
    return group.Of(kCurrent, kCalls) == 0 ? Presence::kGone : Presence::kBoth;
}

}  // namespace

const char* ToString(Presence presence) noexcept {
    switch (presence) {
        case Presence::kBoth:
            return "both";
        case Presence::kNew:
            return "new";
        case Presence::kGone:
            break;
    }
    return "gone";
}

Measured MeasuredFrom(const std::vector<OptionalInt>& values, std::size_t measures) {
    Measured measured;
    for (std::size_t i = 0; i < values.size(); ++i) {
        measured.sides[i / measures][i % measures] = values[i];
    }
    return measured;
}

Measured Without(const Measured& all, const Measured& some) {
    Measured left = all;
    for (std::size_t side = 0; side < left.sides.size(); ++side) {
        for (std::size_t i = 0; i < left.sides[side].size(); ++i) {
            if (left.sides[side][i]) {
                *left.sides[side][i] -= some.sides[side][i].value_or(0);
            }
        }
    }
    return left;
}

Change::Change(const MetricParts& parts, const Measured& all, std::array<double, 2> minutes)
    : parts_(parts), all_(all), minutes_(minutes) {
    values_ = {ValueOf(all_, kBaseline), ValueOf(all_, kCurrent)};
    if (parts_.kind == MetricKind::kSum) {
        if (values_[kBaseline] || values_[kCurrent]) {
            total_ = SumOn(all_, kCurrent) - SumOn(all_, kBaseline);
            if (!parts_.per_minute) {
                // As whole numbers, so that nothing is lost before the one division.
                total_ =
                    AsDouble(all_.Of(kCurrent, kTop) - all_.Of(kBaseline, kTop)) * parts_.scale;
            }
        }
    } else if (values_[kBaseline] && values_[kCurrent]) {
        total_ = *values_[kCurrent] - *values_[kBaseline];
    }
}

double Change::SumOn(const Measured& measured, std::size_t side) const {
    const double sum = AsDouble(measured.Of(side, kTop)) * parts_.scale;
    return parts_.per_minute ? sum / minutes_[side] : sum;
}

std::optional<double> Change::ValueOf(const Measured& measured, std::size_t side) const {
    if (!HasTop(measured, side)) {
        return std::nullopt;
    }
    if (parts_.kind == MetricKind::kSum) {
        return SumOn(measured, side);
    }
    const std::int64_t below = measured.Of(side, kBelow);
    return below == 0
               ? std::nullopt
               : std::optional(AsDouble(measured.Of(side, kTop)) / AsDouble(below) * parts_.scale);
}

Contribution Change::PartOf(const Measured& group) const {
    Contribution part;
    part.baseline = ValueOf(group, kBaseline);
    part.current = ValueOf(group, kCurrent);
    part.baseline_calls = group.Of(kBaseline, kCalls);
    part.current_calls = group.Of(kCurrent, kCalls);
    part.presence = PresenceOf(group);
    if (!total_) {
        return part;
    }
    if (parts_.kind == MetricKind::kSum) {
        part.contribution =
            parts_.per_minute
                ? SumOn(group, kCurrent) - SumOn(group, kBaseline)
                : AsDouble(group.Of(kCurrent, kTop) - group.Of(kBaseline, kTop)) * parts_.scale;
        const std::int64_t before = all_.Of(kBaseline, kTop);
        part.usual_share = before == 0 ? 0 : AsDouble(group.Of(kBaseline, kTop)) / AsDouble(before);
        part.factors = FactorsOf(group);
    } else {
        SetRatio(part, group);
    }
    const double excess = *part.contribution - part.usual_share * *total_;
    if ((excess > 0) == (*part.contribution > 0)) {
        part.surprise = std::min(std::abs(excess), std::abs(*part.contribution));
    }
    if (*total_ != 0) {
        part.share = *part.contribution / *total_;
    }
    return part;
}

void Change::SetRatio(Contribution& part, const Measured& group) const {
    std::array<double, 2> weight{};
    std::array<double, 2> top{};
    for (const std::size_t side : {kBaseline, kCurrent}) {
        const double below = AsDouble(all_.Of(side, kBelow));
        weight[side] = AsDouble(group.Of(side, kBelow)) / below;
        top[side] = AsDouble(group.Of(side, kTop)) / below * parts_.scale;
    }
    const double mean = (*values_[kBaseline] + *values_[kCurrent]) / 2;
    const double moved = weight[kCurrent] - weight[kBaseline];
    part.contribution = top[kCurrent] - top[kBaseline] - mean * moved;
    part.usual_share = (weight[kBaseline] + weight[kCurrent]) / 2;
    part.rate_effect =
        part.baseline && part.current ? part.usual_share * (*part.current - *part.baseline) : 0.0;
    part.mix_effect = *part.contribution - *part.rate_effect;
}

std::vector<Effect> Change::FactorsOf(const Measured& group) const {
    if (!parts_.has_tokens || !total_) {
        return {};
    }
    std::array<std::array<double, 3>, 2> factors{};
    for (const std::size_t side : {kBaseline, kCurrent}) {
        const double calls = AsDouble(group.Of(side, kCalls));
        const double tokens = AsDouble(group.Of(side, kBelow));
        const double sum = SumOn(group, side);
        if (calls > 0 && tokens <= 0 && sum != 0) {
            return {};  // It was not paid for tokens.
        }
        factors[side] = {calls, calls > 0 ? tokens / calls : 0.0, tokens > 0 ? sum / tokens : 0.0};
    }
    // Calls that were not there have no length that could have changed, and no tokens no price.
    for (const std::size_t side : {kBaseline, kCurrent}) {
        const std::array<double, 3>& other = factors[1 - side];
        if (factors[side][0] == 0) {
            factors[side][1] = other[1];
        }
        if (factors[side][0] * factors[side][1] == 0) {
            factors[side][2] = other[2];
        }
    }
    const std::array<double, 3> effects = EffectsOfThree(factors[kBaseline], factors[kCurrent]);
    std::vector<Effect> named = {
        {"calls", effects[0]},
        {"tokens_per_call", effects[1]},
        {"cost_per_token", effects[2]}};
    if (parts_.measures[kTop].quantity == Quantity::kTotalTokens) {
        named.pop_back();
    }
    return named;
}

std::vector<double> Change::Weights() const {
    std::vector<double> weights(2 * parts_.count, 0.0);
    if (!total_) {
        return weights;
    }
    const std::array<double, 2> sign = {-1, 1};
    for (const std::size_t side : {kBaseline, kCurrent}) {
        double* const of_side = &weights[side * parts_.count];
        if (parts_.kind == MetricKind::kSum) {
            of_side[kTop] = sign[side] * parts_.scale / (parts_.per_minute ? minutes_[side] : 1.0);
            continue;
        }
        const double below = AsDouble(all_.Of(side, kBelow));
        const double mean = (*values_[kBaseline] + *values_[kCurrent]) / 2;
        of_side[kTop] = sign[side] * parts_.scale / below;
        of_side[kBelow] = -sign[side] * mean / below;
    }
    return weights;
}

}  // namespace sightglass::analytics
