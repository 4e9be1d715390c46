#include "live/outlook.h"

#include <gtest/gtest.h>

#include "live/series.h"

namespace sightglass::live {
namespace {

using std::chrono::seconds;

TEST(OutlookTest, SlowTrafficNeverReachesTheLimit) {
    // 500 a minute, one used, back within 120 ms, as OpenAI says it.
    const Outlook outlook = OutlookOf(
        {.limit = 500, .remaining = 499, .reset_us = 120'000, .age = {}, .last_minute = 30}
    );
    EXPECT_EQ(outlook.remaining, 499);
    EXPECT_NEAR(outlook.percent_used, 0.2, 1e-9);
    EXPECT_FALSE(outlook.minutes_to_429.has_value());
    EXPECT_NEAR(*outlook.reset_s, 0.12, 1e-9);
}

TEST(OutlookTest, TrafficAboveTheLimitReachesItSoon) {
    // 60 s until 300 are back: 300 a minute come back, 400 are used.
    const Outlook outlook = OutlookOf(
        {.limit = 500, .remaining = 200, .reset_us = 60'000'000, .age = {}, .last_minute = 400}
    );
    EXPECT_NEAR(*outlook.minutes_to_429, 2.0, 1e-9);
}

TEST(OutlookTest, WhatWasSaidLongAgoIsOver) {
    const Outlook outlook = OutlookOf(
        {.limit = 500, .remaining = 0, .reset_us = 10'000'000, .age = seconds(60), .last_minute = 0}
    );
    EXPECT_EQ(outlook.remaining, 500);
    EXPECT_EQ(outlook.percent_used, 0);
    EXPECT_EQ(outlook.reset_s, 0);
}

TEST(OutlookTest, WithoutAResetTheLimitIsAMinutes) {
    const Outlook outlook =
        OutlookOf({.limit = 60, .remaining = 30, .reset_us = {}, .age = {}, .last_minute = 90});
    EXPECT_NEAR(*outlook.minutes_to_429, 1.0, 1e-9);
    EXPECT_FALSE(outlook.reset_s.has_value());
}

TEST(OutlookTest, NonsenseIsBounded) {
    const Outlook nothing =
        OutlookOf({.limit = 0, .remaining = 10, .reset_us = -5, .age = {}, .last_minute = 1});
    EXPECT_EQ(nothing.remaining, 0);
    EXPECT_EQ(nothing.percent_used, 100);
    EXPECT_EQ(*nothing.minutes_to_429, 0);
    EXPECT_EQ(
        OutlookOf({.limit = 5, .remaining = 50, .reset_us = {}, .age = {}, .last_minute = 0})
            .remaining,
        5
    );
}

TEST(RecentUseTest, CountsTheLastMinute) {
    const Time now = TimeFromMicros(1'763'775'464'000'000);
    RecentUse use;
    use.Add(now, 10);
    use.Add(now + seconds(30), 20);
    use.Add(now + seconds(30), 5);
    EXPECT_EQ(use.LastMinute(now + seconds(40)).requests, 3);
    EXPECT_EQ(use.LastMinute(now + seconds(40)).tokens, 35);
    EXPECT_EQ(use.LastMinute(now + seconds(70)).tokens, 25);
    use.Add(now + seconds(70), 1);
    use.Add(now, 100);
    EXPECT_EQ(use.LastMinute(now + seconds(71)).tokens, 26);
    EXPECT_EQ(use.LastMinute(now + seconds(600)).requests, 0);
}

}  // namespace
}  // namespace sightglass::live
