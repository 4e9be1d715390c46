#include "live/windows.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::live {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kNoon = Time(seconds(1'700'000'000));

Call CallOf(std::string service, Time end) {
    Call call;
    call.service = std::move(service);
    call.model = "gpt-5";
    call.status = CallStatus::kOk;
    call.ended_at = end;
    return call;
}

class WindowsTest : public ::testing::Test {
protected:
    WindowsTest() { windows_.Watch("by service", {.group_by = {"service"}}, kNoon - hours(24)); }

    void Add(const Call& call) { windows_.Add(std::vector{call}, now_); }

    std::optional<std::vector<Group>> Ask(const char* metric, Duration window) {
        return windows_.Values(
            "by service",
            {.metric = FindMetric(metric), .from = now_ - window, .to = now_, .now = now_}
        );
    }

    std::map<std::string, std::optional<double>> Values(const char* metric, Duration window) {
        std::map<std::string, std::optional<double>> values;
        const auto groups = Ask(metric, window);
        EXPECT_TRUE(groups.has_value());
        for (const Group& group : groups.value_or(std::vector<Group>{})) {
            values[group.names.at(0)] = group.value;
        }
        return values;
    }

    Windows windows_;
    Time now_ = kNoon;
};

TEST_F(WindowsTest, AddsUpWhatEachGroupDidWithinTheWindow) {
    Call paid = CallOf("chat", kNoon - seconds(10));
    paid.cost = Money::FromNanoUsd(2'500'000'000);
    paid.fresh_input_tokens = 100;
    paid.output_tokens = 20;
    Call failed = CallOf("chat", kNoon - seconds(50));
    failed.status = CallStatus::kError;
    failed.error_type = ErrorType::kProviderRateLimited;
    Add(paid);
    Add(failed);
    Add(CallOf("search", kNoon - seconds(200)));
    EXPECT_EQ(
        Values("calls", minutes(1)),
        (std::map<std::string, std::optional<double>>{{"chat", 2}, {"search", 0}})
    );
    EXPECT_EQ(Values("error_rate", minutes(1))["chat"], 0.5);
    EXPECT_EQ(Values("error_rate", minutes(1))["search"], std::nullopt);
    EXPECT_EQ(Values("rate_limited", minutes(1))["chat"], 1);
    EXPECT_EQ(Values("cost_usd", minutes(1))["chat"], 2.5);
    EXPECT_EQ(Values("cost_usd", minutes(5))["search"], std::nullopt);  // Unknown is not zero.
    EXPECT_EQ(Values("tokens_per_min", minutes(2))["chat"], 60);
    EXPECT_EQ(Values("calls", minutes(5))["search"], 1);
}

TEST_F(WindowsTest, TellsToTheSecondForFifteenMinutesAndByTenSecondsForADay) {
    Add(CallOf("chat", kNoon - seconds(61)));
    EXPECT_EQ(Values("calls", seconds(60))["chat"], 0);
    EXPECT_EQ(Values("calls", seconds(61))["chat"], 1);
    now_ += hours(23);
    EXPECT_EQ(Values("calls", hours(23) + seconds(70))["chat"], 1);
    now_ += hours(2);
    Add(CallOf("search", now_));
    now_ += seconds(1);
    EXPECT_EQ(
        Values("calls", hours(1)),
        (std::map<std::string, std::optional<double>>{{"search", 1}})
    );
}

TEST_F(WindowsTest, QuantilesAreWithinOnePercent) {
    for (int i = 1; i <= 1000; ++i) {
        Call call = CallOf("chat", kNoon - seconds(1 + i % 100));
        call.latency_us = 1000 * i;
        call.ttft_us = 10 * i;
        Add(call);
    }
    EXPECT_NEAR(Values("latency_p95_ms", minutes(5))["chat"].value_or(0), 950, 9.6);
    EXPECT_NEAR(Values("ttft_p50_ms", minutes(5))["chat"].value_or(0), 5, 0.06);
    EXPECT_NEAR(Values("latency_max_ms", hours(12))["chat"].value_or(0), 1000, 10.1);
    EXPECT_DOUBLE_EQ(Values("latency_avg_ms", minutes(5))["chat"].value_or(0), 500.5);
}

TEST_F(WindowsTest, CountsOnlyCallsThatTheViewTakes) {
    windows_.Watch(
        "errors by two",
        {.takes = [](const Call& call) { return call.status == CallStatus::kError; },
         .group_by = {"service", "tag:feature"}},
        kNoon - hours(1)
    );
    Call failed = CallOf("chat", kNoon);
    failed.status = CallStatus::kError;
    failed.tags = {{"feature", "login"}};
    now_ += seconds(1);
    windows_.Add(std::vector{failed, CallOf("chat", kNoon)}, now_);
    const auto groups = windows_.Values(
        "errors by two",
        {.metric = FindMetric("calls"), .from = kNoon - minutes(1), .to = now_, .now = now_}
    );
    ASSERT_TRUE(groups.has_value());
    ASSERT_EQ(groups->size(), 1U);
    EXPECT_THAT(groups->at(0).names, ::testing::ElementsAre("chat", "login"));
    EXPECT_EQ(groups->at(0).value, 1);
}

TEST_F(WindowsTest, KnowsNothingOfTheTimeBeforeItWatched) {
    windows_.Watch("late", {.group_by = {"model"}}, kNoon);
    now_ += minutes(1);
    const Windows::Question question{FindMetric("calls"), now_ - minutes(5), now_, now_};
    EXPECT_EQ(windows_.Values("late", question), std::nullopt);
    EXPECT_EQ(windows_.Values("nobody's", question), std::nullopt);
    windows_.SetCoveredSince(kNoon - minutes(10));
    EXPECT_TRUE(windows_.Values("late", question).has_value());
    windows_.Unwatch("late");
    EXPECT_EQ(windows_.GetStats().views, 1U);
}

TEST_F(WindowsTest, AClockThatGoesBackLosesNothing) {
    Add(CallOf("chat", kNoon - seconds(5)));
    now_ -= hours(1);
    Add(CallOf("chat", now_ - seconds(5)));
    EXPECT_EQ(Values("calls", minutes(1))["chat"], 1);
    now_ += hours(1);
    EXPECT_EQ(Values("calls", minutes(1))["chat"], 1);
    EXPECT_EQ(Values("calls", hours(2))["chat"], 2);
}

TEST(WindowsBoundTest, WhatIsLeftOverIsOtherAndNoCallIsLost) {
    Windows windows({.series_max = 50, .series_per_view_max = 50, .bytes_max = 100'000'000});
    windows.Watch("v", {.group_by = {"service"}}, kNoon);
    Time now = kNoon;
    for (int i = 0; i < 20'000; ++i) {
        now += std::chrono::milliseconds(10);
        // One that begins late and is then most of the traffic.
        const bool large = i > 10'000 && i % 2 == 0;
        windows.Add(std::vector{CallOf(large ? "large" : "s" + std::to_string(i % 997), now)}, now);
    }
    now += seconds(1);
    const auto groups = windows.Values("v", {FindMetric("calls"), kNoon, now, now});
    ASSERT_TRUE(groups.has_value());
    EXPECT_LE(groups->size(), 51U);
    const auto lately = windows.Values("v", {FindMetric("calls"), now - seconds(60), now, now});
    double calls = 0;
    double of_large = 0;
    for (const Group& group : lately.value_or(std::vector<Group>{})) {
        calls += group.value.value_or(0);
        of_large += group.names.at(0) == "large" ? group.value.value_or(0) : 0;
    }
    EXPECT_GT(of_large, 2000);
    EXPECT_NEAR(calls, 5900, 101);
}

TEST(WindowsBoundTest, BeyondItsMemorySmallSeriesGoIntoOther) {
    constexpr std::size_t kBytesMax = 1'000'000;
    Windows windows({.bytes_max = kBytesMax});
    windows.Watch("v", {.group_by = {"service"}}, kNoon);
    Time now = kNoon;
    int added = 0;
    for (; added < 30'000; ++added) {
        now += std::chrono::milliseconds(20);
        windows.Add(std::vector{CallOf("s" + std::to_string(added % 5'000), now)}, now);
    }
    now += seconds(11);
    windows.Add(std::vector{CallOf("s1", now)}, now);
    const WindowsStats stats = windows.GetStats();
    EXPECT_LE(stats.bytes, kBytesMax);
    EXPECT_GT(stats.folded_series, 0U);
    now += seconds(1);
    double calls = 0;
    for (const Group& group : windows.Values("v", {FindMetric("calls"), kNoon, now, now})
                                  .value_or(std::vector<Group>{})) {
        calls += group.value.value_or(0);
    }
    EXPECT_EQ(calls, added + 1);
}

TEST(WindowsBoundTest, TenThousandActiveSeriesTakeLessThanAHundredMegabytes) {
    Windows windows;
    windows.Watch("v", {.group_by = {"user"}}, kNoon);
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    std::lognormal_distribution<double> latency(13.0, 1.0);
    constexpr int kSeries = 10'000;
    Time now = kNoon;
    // Twenty minutes at 100 calls a second; every series is called again and again.
    for (int second = 0; second < 1200; ++second) {
        std::vector<Call> calls;
        for (int i = 0; i < 100; ++i) {
            const double skewed = unit(random) < 0.5 ? unit(random) : std::pow(unit(random), 4.0);
            Call call = CallOf("chat", now);
            call.user = "user-" + std::to_string(static_cast<int>(skewed * kSeries));
            call.latency_us = static_cast<std::int64_t>(latency(random));
            call.ttft_us = *call.latency_us / 5;
            call.output_tokens = 10;
            calls.push_back(std::move(call));
        }
        now += seconds(1);
        windows.Add(calls, now);
    }
    const WindowsStats stats = windows.GetStats();
    std::printf(
        "live state: %zu series, %.1f MB, %llu folded\n",
        stats.series,
        static_cast<double>(stats.bytes) / 1e6,
        static_cast<unsigned long long>(stats.folded_series)
    );
    EXPECT_GE(stats.series, 9'000U);
    EXPECT_LE(stats.bytes, 100'000'000U);
    const auto groups =
        windows.Values("v", {FindMetric("latency_p95_ms"), now - minutes(5), now, now});
    EXPECT_GE(groups.value_or(std::vector<Group>{}).size(), 9'000U);
}

}  // namespace
}  // namespace sightglass::live
