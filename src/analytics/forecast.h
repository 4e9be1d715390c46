// Where a sum will be at the month's end, from what it was on each day so far. docs/analysis.md has
// the method and what it can not know.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

struct ForecastText {
    std::string metric = "";  ///< Empty: cost_usd.
    std::vector<std::string> filters = {};
    std::string utc_offset_minutes = "";
};

struct ForecastQuestion {
    const Metric* metric = nullptr;
    std::vector<store::Filter> filters;
    Duration utc_offset{};
    Time now;
};

/// kInvalidArgument as ParseQuestion.
Result<ForecastQuestion>
ParseForecast(const ForecastText& text, Time now, std::vector<std::string_view>* allowed = nullptr);

/// What is learnt from: whole days, the oldest first, each with its day of the week (0 is Monday).
struct DaySum {
    int weekday = 0;
    double sum = 0;
};

/// A level, and how days of the week differ from it.
/// Thread-safety: plain value.
struct WeekModel {
    double level = 0;
    std::array<double, 7> usual{};  ///< Of a day of the week, in multiples of the level.

    double Expect(int weekday) const { return level * usual[static_cast<std::size_t>(weekday)]; }
};

/// Newer days count more: half as much a week. Days of the week differ only where two whole weeks
/// are known. Of no days, everything is 0.
WeekModel LearnWeek(std::span<const DaySum> days);

/// How far the method was off on past days, each foretold from those before it.
struct PastErrors {
    double deviation =
        0;  ///< Of one day, in multiples of what was expected (root of the mean square).
    double persistence = 0;        ///< How much of it stays until the next day: 0 to 0.9.
    std::optional<double> median;  ///< Of its absolute value.
};

PastErrors TestOnPast(std::span<const DaySum> days);

enum class Certainty : std::uint8_t { kNone, kPoor, kFair, kGood };

/// "none", "poor", "fair", "good".
const char* ToString(Certainty certainty) noexcept;

inline constexpr double kForecastConfidence = 0.8;

struct ForecastDay {
    Time from;
    std::optional<double> actual;    ///< Until now.
    std::optional<double> expected;  ///< Still to come.
};

struct Forecast {
    Time from;  ///< The month.
    Time to;
    Time now;
    double so_far = 0;
    std::optional<double> forecast;
    std::optional<double> low;
    std::optional<double> high;
    Certainty certainty = Certainty::kNone;
    std::int64_t history_days = 0;
    std::optional<double> error_ratio;
    std::vector<ForecastDay> days;
    double took_ms = 0;
};

/// What was so far, in steps of an hour or less.
struct TimedSum {
    Time from;
    double sum = 0;
};

/// `sums` are of the last kForecastHistory and of the month, in any order.
Forecast ForecastFrom(std::span<const TimedSum> sums, Time now, Duration utc_offset);

inline constexpr Duration kForecastHistory = std::chrono::hours(24 * 7 * 8);

Result<Forecast> MakeForecast(const ForecastQuestion& question, const store::Store& store);

}  // namespace sightglass::analytics
