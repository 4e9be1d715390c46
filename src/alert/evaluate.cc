#include "alert/evaluate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "call/catalogue.h"

namespace sightglass::alert {
namespace {

constexpr double kUsPerHour = 3600e6;

Outcome Compare(const AlertCondition& condition, double value) noexcept {
    const auto alarming = [&](double threshold) {
        return condition.above ? value > threshold : value < threshold;
    };
    if (alarming(condition.value)) {
        return Outcome::kMet;
    }
    return condition.recovery && alarming(*condition.recovery) ? Outcome::kBetween
                                                               : Outcome::kClear;
}

Verdict Compared(const Monitor& monitor, double value) {
    return {
        .outcome = Compare(monitor.condition, value),
        .value = value,
        .confidence = {},
        .why = {}};
}

Verdict JudgeChange(const Monitor& monitor, const Reading& reading) {
    if (!reading.value || !reading.before || *reading.before == 0) {
        return {};
    }
    return Compared(monitor, (*reading.value - *reading.before) / std::abs(*reading.before));
}

Verdict JudgeForecast(const Monitor& monitor, const Reading& reading) {
    if (!reading.value) {
        return {};
    }
    const double left = monitor.condition.limit - *reading.value;
    const double hours_of_window = static_cast<double>(monitor.window.count()) / kUsPerHour;
    const double per_hour = reading.lately.value_or(0) / hours_of_window;
    const double period_left = static_cast<double>(reading.period_left.count()) / kUsPerHour;
    double hours = left <= 0 ? 0.0 : std::numeric_limits<double>::infinity();
    if (left > 0 && per_hour > 0) {
        hours = left / per_hour;
    }
    if (hours > period_left) {
        return {.outcome = Outcome::kClear, .value = std::nullopt, .confidence = {}, .why = {}};
    }
    Monitor sooner = monitor;
    sooner.condition.above = false;
    return Compared(sooner, hours);
}

Verdict JudgeBurnRate(const Monitor& monitor, const Reading& reading) {
    if (!reading.value || !reading.short_value) {
        return {};
    }
    const AlertCondition& condition = monitor.condition;
    const auto burn = [&](double value, Duration window) {
        if (condition.objective > 0) {
            return value / (1.0 - condition.objective);
        }
        const double share =
            static_cast<double>(window.count()) / static_cast<double>(condition.period.count());
        return value / (condition.limit * share);
    };
    const double slower = burn(*reading.value, monitor.window);
    const double faster = burn(*reading.short_value, condition.short_window);
    return Compared(monitor, std::min(slower, faster));
}

Verdict JudgeAnomaly(const Monitor& monitor, const Reading& reading) {
    if (!reading.score) {
        return {};
    }
    const AnomalyScore& score = *reading.score;
    const Direction direction = monitor.condition.direction;
    const bool counts =
        direction == Direction::kBoth || (direction == Direction::kUp) == (score.spreads > 0);
    AlertCondition condition = monitor.condition;
    condition.above = true;
    Verdict verdict;
    verdict.outcome = Compare(condition, counts ? std::abs(score.spreads) : 0.0);
    verdict.value = score.spreads;
    verdict.confidence = score.confidence;
    if (verdict.outcome == Outcome::kMet) {
        Monitor plain = monitor;
        plain.kind = Kind::kThreshold;
        verdict.why = "expected about " + FormatValue(plain, score.expected);
    }
    return verdict;
}

Verdict JudgeNew(const Reading& reading) {
    Verdict verdict;
    verdict.value = static_cast<double>(reading.calls);
    verdict.outcome = reading.is_new && reading.calls > 0 ? Outcome::kMet : Outcome::kClear;
    return verdict;
}

std::string Number(double value) {
    std::array<char, 40> text{};
    const bool whole = std::abs(value) >= 100 || value == std::floor(value);
    std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.3g", value);
    std::string out = text.data();
    const bool plain = out.find_first_not_of("-0123456789") == std::string::npos;
    for (std::size_t at = out.size(); plain && at > 3 + (out[0] == '-' ? 1U : 0U);) {
        at -= 3;
        out.insert(at, ",");
    }
    return out;
}

}  // namespace

std::string FormatValue(const Monitor& monitor, double value) {
    if (monitor.kind == Kind::kForecast) {
        return Number(value) + " h";
    }
    if (monitor.kind == Kind::kBurnRate) {
        return Number(value) + "x";
    }
    if (monitor.kind == Kind::kAnomaly) {
        return Number(value) + " spreads";
    }
    if (monitor.kind == Kind::kNew) {
        return Number(value) + " calls";
    }
    if (monitor.metric == "minutes_to_429") {
        return Number(value) + " min";
    }
    const Metric* metric = FindMetric(monitor.metric);
    const std::string_view unit = metric == nullptr ? "" : metric->unit;
    if (unit == "ratio" || monitor.kind == Kind::kChange || monitor.metric == "disk_used_ratio") {
        return Number(value * 100) + " %";
    }
    if (unit == "usd") {
        return "$" + Number(value);
    }
    if (monitor.metric == "limit_used_percent") {
        return Number(value) + " %";
    }
    return Number(value) + (unit == "ms" || unit == "s" ? " " + std::string(unit) : "");
}

Verdict Judge(const Monitor& monitor, const Reading& reading) {
    const bool too_few = reading.calls < monitor.condition.min_calls;
    if (too_few && monitor.kind != Kind::kHeadroom && monitor.kind != Kind::kAnomaly) {
        return {};
    }
    switch (monitor.kind) {
        case Kind::kThreshold:
        case Kind::kHeadroom:
            return reading.value ? Compared(monitor, *reading.value) : Verdict{};
        case Kind::kChange:
            return JudgeChange(monitor, reading);
        case Kind::kAnomaly:
            return JudgeAnomaly(monitor, reading);
        case Kind::kForecast:
            return JudgeForecast(monitor, reading);
        case Kind::kBurnRate:
            return JudgeBurnRate(monitor, reading);
        case Kind::kNew:
            return JudgeNew(reading);
        case Kind::kCount_:
            break;
    }
    return {};
}

}  // namespace sightglass::alert
