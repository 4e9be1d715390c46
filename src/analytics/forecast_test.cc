#include "analytics/forecast.h"

#include <cmath>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "analytics/analysis_fixture.h"
#include "analytics/clock_grid.h"

namespace sightglass::analytics {
namespace {

using std::chrono::hours;

constexpr Time kMonthEnd = kMonday + 10 * kOneDay;  // 2026-10-01

/// 24 equal hours a day, from `from` until `to`.
template <typename SumOfDay>
std::vector<TimedSum> Hourly(Time from, Time to, SumOfDay&& sum_of_day) {
    std::vector<TimedSum> sums;
    for (Time hour = from; hour < to; hour += hours(1)) {
        sums.push_back({hour, sum_of_day(DayStart(hour, Duration(0))) / 24});
    }
    return sums;
}

double WeekdaySum(Time day) {
    return WeekdayOf(day, Duration(0)) >= 5 ? 20 : 100;
}

TEST(ForecastTest, FollowsTheWeek) {
    const Time now = kMonday + hours(12);
    const auto sums = Hourly(kMonday - 56 * kOneDay, now, WeekdaySum);
    const Forecast forecast = ForecastFrom(sums, now, Duration(0));
    EXPECT_EQ(forecast.history_days, 56);
    ASSERT_TRUE(forecast.forecast.has_value());
    double whole = 0;
    for (Time day = forecast.from; day < forecast.to; day += kOneDay) {
        whole += WeekdaySum(day);
    }
    EXPECT_NEAR(*forecast.forecast, whole, 0.02 * whole);
    EXPECT_LE(*forecast.low, whole);
    EXPECT_GE(*forecast.high, whole);
    EXPECT_EQ(forecast.to, kMonthEnd);
    EXPECT_EQ(forecast.days.size(), 30U);
    EXPECT_EQ(forecast.certainty, Certainty::kGood);
    const ForecastDay& today = forecast.days[20];
    EXPECT_EQ(today.from, kMonday);
    EXPECT_NEAR(*today.actual, 50, 1e-9);
    EXPECT_NEAR(*today.expected, 50, 2);
    EXPECT_FALSE(forecast.days[21].actual.has_value());
    EXPECT_FALSE(forecast.days[19].expected.has_value());
}

TEST(ForecastTest, SumsUpItsDays) {
    const Time now = kMonday + hours(7);
    const Forecast forecast =
        ForecastFrom(Hourly(kMonday - 30 * kOneDay, now, WeekdaySum), now, Duration(0));
    double sum = 0;
    double so_far = 0;
    for (const ForecastDay& day : forecast.days) {
        sum += day.actual.value_or(0) + day.expected.value_or(0);
        so_far += day.actual.value_or(0);
    }
    EXPECT_NEAR(sum, *forecast.forecast, 1e-9);
    EXPECT_NEAR(so_far, forecast.so_far, 1e-9);
}

TEST(ForecastTest, SaysNothingFromTwoDays) {
    const Time now = kMonday + hours(12);
    const Forecast forecast =
        ForecastFrom(Hourly(kMonday - 2 * kOneDay, now, WeekdaySum), now, Duration(0));
    EXPECT_FALSE(forecast.forecast.has_value());
    EXPECT_EQ(forecast.certainty, Certainty::kNone);
    EXPECT_GT(forecast.so_far, 0);
    EXPECT_FALSE(forecast.days.back().expected.has_value());
}

TEST(ForecastTest, IsPoorFromAFewDays) {
    const Time now = kMonday + hours(12);
    const Forecast forecast =
        ForecastFrom(Hourly(kMonday - 5 * kOneDay, now, WeekdaySum), now, Duration(0));
    ASSERT_TRUE(forecast.forecast.has_value());
    EXPECT_EQ(forecast.certainty, Certainty::kPoor);
}

TEST(ForecastTest, FollowsANewLevelWithinWeeks) {
    const Time now = kMonday;
    const auto sums = Hourly(kMonday - 56 * kOneDay, now, [](Time day) {
        return day < kMonday - 21 * kOneDay ? 100.0 : 300.0;
    });
    const Forecast forecast = ForecastFrom(sums, now, Duration(0));
    EXPECT_NEAR(*forecast.forecast - forecast.so_far, 3'000, 450);
}

TEST(ForecastTest, NeverFallsBelowWhatWas) {
    const Time now = kMonday + hours(12);
    std::mt19937 random(3);
    const auto sums = Hourly(kMonday - 20 * kOneDay, now, [&random](Time) {
        return std::uniform_int_distribution<int>(0, 9)(random) == 0 ? 1'000.0 : 0.0;
    });
    const Forecast forecast = ForecastFrom(sums, now, Duration(0));
    EXPECT_GE(*forecast.low, forecast.so_far);
}

/// Whether the interval holds what comes as often as it says: many months of the same process.
TEST(ForecastTest, HoldsWhatComesInItsIntervalAsOftenAsItSays) {
    std::mt19937 random(11);
    std::normal_distribution<double> noise(0, 0.25);
    constexpr int kRounds = 400;
    int held = 0;
    for (int round = 0; round < kRounds; ++round) {
        std::map<Time, double> days;
        for (Time day = kMonday - 56 * kOneDay; day < kMonthEnd; day += kOneDay) {
            days[day] = WeekdaySum(day) * std::exp(noise(random));
        }
        const auto sums =
            Hourly(kMonday - 56 * kOneDay, kMonday, [&days](Time day) { return days.at(day); });
        const Forecast forecast = ForecastFrom(sums, kMonday, Duration(0));
        double actual = forecast.so_far;
        for (Time day = kMonday; day < kMonthEnd; day += kOneDay) {
            actual += days.at(day);
        }
        held += actual >= *forecast.low && actual <= *forecast.high ? 1 : 0;
    }
    EXPECT_GT(held, kRounds * 70 / 100);
    EXPECT_LT(held, kRounds * 92 / 100);
}

class ForecastOfCallsTest : public AnalysisTest {};

TEST_F(ForecastOfCallsTest, ReadsTheStore) {
    for (int day = 1; day <= 20; ++day) {
        PutUsualDay(kMonday - day * kOneDay, 2);
    }
    const Time now = kMonday;
    const auto question = ParseForecast({.metric = "calls"}, now);
    ASSERT_TRUE(question.Ok());
    const auto forecast = MakeForecast(*question, Store());
    ASSERT_TRUE(forecast.Ok()) << forecast.error().message;
    EXPECT_EQ(forecast->history_days, 20);
    EXPECT_NEAR(forecast->so_far, 20 * 20, 1e-9);
    EXPECT_NEAR(*forecast->forecast, 30 * 20, 1e-6);
    EXPECT_NEAR(*forecast->high - *forecast->low, 0, 1e-6);
    EXPECT_FALSE(ParseForecast({.metric = "error_rate"}, now).Ok());
}

}  // namespace
}  // namespace sightglass::analytics
