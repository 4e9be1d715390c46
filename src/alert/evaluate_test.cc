#include "alert/evaluate.h"

#include <gtest/gtest.h>

namespace sightglass::alert {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Monitor MonitorOf(Kind kind, const char* metric, AlertCondition condition) {
    Monitor monitor;
    monitor.kind = kind;
    monitor.metric = metric;
    monitor.condition = condition;
    return monitor;
}

Reading ReadingOf(std::optional<double> value) {
    Reading reading;
    reading.value = value;
    reading.calls = 100;
    return reading;
}

TEST(JudgeTest, AThresholdIsMetBeyondItAndOverBeyondItsRecovery) {
    const Monitor monitor = MonitorOf(
        Kind::kThreshold,
        "error_rate",
        {.value = 0.1, .recovery = 0.05, .min_calls = 20}
    );
    EXPECT_EQ(Judge(monitor, ReadingOf(0.11)).outcome, Outcome::kMet);
    EXPECT_EQ(Judge(monitor, ReadingOf(0.1)).outcome, Outcome::kBetween);
    EXPECT_EQ(Judge(monitor, ReadingOf(0.05)).outcome, Outcome::kClear);
    EXPECT_EQ(Judge(monitor, ReadingOf(std::nullopt)).outcome, Outcome::kNoData);
    Reading few = ReadingOf(1.0);
    few.calls = 19;
    EXPECT_EQ(Judge(monitor, few).outcome, Outcome::kNoData);
}

TEST(JudgeTest, BelowIsTheOtherWayRound) {
    const Monitor monitor =
        MonitorOf(Kind::kThreshold, "calls", {.above = false, .value = 10, .recovery = 20});
    EXPECT_EQ(Judge(monitor, ReadingOf(9)).outcome, Outcome::kMet);
    EXPECT_EQ(Judge(monitor, ReadingOf(15)).outcome, Outcome::kBetween);
    EXPECT_EQ(Judge(monitor, ReadingOf(20)).outcome, Outcome::kClear);
}

TEST(JudgeTest, AChangeIsAFractionOfTheTimeBefore) {
    const Monitor monitor =
        MonitorOf(Kind::kChange, "cost_usd", {.value = 0.5, .period = hours(24)});
    Reading reading = ReadingOf(16);
    reading.before = 10;
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kMet);
    EXPECT_DOUBLE_EQ(Judge(monitor, reading).value.value_or(0), 0.6);
    reading.value = 14;
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kClear);
    reading.before = 0;
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kNoData);
}

TEST(JudgeTest, AForecastSaysInHowManyHoursTheLimitIsReached) {
    Monitor monitor =
        MonitorOf(Kind::kForecast, "cost_usd", {.value = 12, .period = hours(24), .limit = 100});
    monitor.window = hours(2);
    Reading reading = ReadingOf(60);
    reading.lately = 10;  // Five an hour: 8 hours to go.
    reading.period_left = hours(10);
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kMet);
    EXPECT_DOUBLE_EQ(Judge(monitor, reading).value.value_or(0), 8);
    reading.period_left = hours(7);  // It begins anew before.
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kClear);
    reading.value = 101;
    reading.lately = 0;
    EXPECT_EQ(Judge(monitor, reading).value, 0);
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kMet);
    reading.value = 50;
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kClear);
}

TEST(JudgeTest, ABurnRateIsTheSlowerOfItsTwoWindows) {
    Monitor monitor = MonitorOf(
        Kind::kBurnRate,
        "error_rate",
        {.value = 10, .objective = 0.99, .short_window = minutes(5)}
    );
    monitor.window = hours(1);
    Reading reading = ReadingOf(0.12);
    reading.short_value = 0.2;
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kMet);
    EXPECT_NEAR(Judge(monitor, reading).value.value_or(0), 12, 1e-9);
    reading.short_value = 0.02;  // It is over already.
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kClear);
    monitor.metric = "cost_usd";
    monitor
        .condition = {.value = 2, .period = hours(720), .limit = 720, .short_window = minutes(6)};
    reading.value = 3;           // In an hour that may cost 1.
    reading.short_value = 0.25;  // In six minutes that may cost 0.1.
    EXPECT_NEAR(Judge(monitor, reading).value.value_or(0), 2.5, 1e-9);
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kMet);
}

TEST(JudgeTest, WhatIsNewIsMetWhileItIsCalled) {
    const Monitor monitor = MonitorOf(Kind::kNew, "calls", {});
    Reading reading = ReadingOf(3);
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kClear);
    reading.is_new = true;
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kMet);
    reading.calls = 0;
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kClear);
}

TEST(JudgeTest, AnAnomalyCountsInItsDirectionAndSaysWhatWasExpected) {
    Monitor monitor = MonitorOf(Kind::kAnomaly, "cost_usd", {.value = 5, .recovery = 4});
    Reading reading;
    reading.score = AnomalyScore{.expected = 12.5, .spreads = -7, .confidence = 0.99};
    const Verdict verdict = Judge(monitor, reading);
    EXPECT_EQ(verdict.outcome, Outcome::kMet);
    EXPECT_EQ(verdict.value, -7);
    EXPECT_EQ(verdict.confidence, 0.99);
    EXPECT_EQ(verdict.why, "expected about $12.5");
    monitor.condition.direction = Direction::kUp;
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kClear);
    reading.score->spreads = 4.5;
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kBetween);
    reading.score.reset();
    EXPECT_EQ(Judge(monitor, reading).outcome, Outcome::kNoData);
}

TEST(JudgeTest, ValuesAreWrittenInTheirUnit) {
    EXPECT_EQ(FormatValue(MonitorOf(Kind::kThreshold, "error_rate", {}), 0.125), "12.5 %");
    EXPECT_EQ(FormatValue(MonitorOf(Kind::kThreshold, "cost_usd", {}), 1234567), "$1,234,567");
    EXPECT_EQ(FormatValue(MonitorOf(Kind::kThreshold, "latency_p95_ms", {}), 950.4), "950 ms");
    EXPECT_EQ(FormatValue(MonitorOf(Kind::kThreshold, "calls", {}), 12), "12");
    EXPECT_EQ(FormatValue(MonitorOf(Kind::kBurnRate, "error_rate", {}), 14.4), "14.4x");
    EXPECT_EQ(FormatValue(MonitorOf(Kind::kForecast, "cost_usd", {}), 3), "3 h");
    EXPECT_EQ(FormatValue(MonitorOf(Kind::kAnomaly, "cost_usd", {}), -7.5), "-7.5 spreads");
    EXPECT_EQ(FormatValue(MonitorOf(Kind::kChange, "cost_usd", {}), 1.5), "150 %");
    EXPECT_EQ(FormatValue(MonitorOf(Kind::kHeadroom, "minutes_to_429", {}), 2), "2 min");
}

}  // namespace
}  // namespace sightglass::alert
