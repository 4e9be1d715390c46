#include "capture/gateway/retry_policy.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

using Kind = TryFailure::Kind;

constexpr std::int64_t kSecond = 1'000'000;

TEST(RetryPolicyTest, OnlyTheClassesOfTheSettingsAreTriedAgain) {
    RetrySettings settings;
    for (const int status : {429, 500, 502, 503, 504, 529}) {
        EXPECT_TRUE(IsRetryable({Kind::kStatus, status}, settings)) << status;
    }
    for (const int status : {200, 400, 401, 404, 501}) {
        EXPECT_FALSE(IsRetryable({Kind::kStatus, status}, settings)) << status;
    }
    EXPECT_TRUE(IsRetryable({Kind::kConnect}, settings));
    EXPECT_TRUE(IsRetryable({Kind::kClosed}, settings));
    EXPECT_TRUE(IsRetryable({Kind::kBadAnswer}, settings));
    EXPECT_TRUE(IsRetryable({Kind::kTimeout}, settings));
    settings.after_timeout = false;
    settings.statuses = {503};
    EXPECT_FALSE(IsRetryable({Kind::kTimeout}, settings));
    EXPECT_FALSE(IsRetryable({Kind::kStatus, 429}, settings));
}

TEST(RetryPolicyTest, ATargetThatAsksToSlowDownIsWell) {
    EXPECT_FALSE(IsTargetsFault({Kind::kStatus, 429}));
    EXPECT_TRUE(IsTargetsFault({Kind::kStatus, 503}));
    EXPECT_TRUE(IsTargetsFault({Kind::kConnect}));
}

TEST(RetryPolicyTest, FailuresHaveShortNames) {
    EXPECT_EQ(ToString(TryFailure{Kind::kConnect}), "connect_failed");
    EXPECT_EQ(ToString(TryFailure{Kind::kStatus, 529}), "http_529");
    EXPECT_EQ(ToString(TryFailure{Kind::kStatus, 599}), "http_5xx");
    EXPECT_EQ(ToString(TryFailure{Kind::kStatus, 418}), "http_4xx");
}

TEST(RetryPolicyTest, BackoffDoublesWithJitterUpToABound) {
    RetrySettings settings;
    settings.backoff = Duration(200);
    settings.backoff_max = Duration(1'000);
    const std::uint64_t most = 100'000'100;  // Of everything up to a thousand, the last.
    EXPECT_EQ(BackoffBefore(1, settings, 0).count(), 100);
    EXPECT_EQ(BackoffBefore(2, settings, 0).count(), 200);
    EXPECT_EQ(BackoffBefore(3, settings, 0).count(), 400);
    EXPECT_EQ(BackoffBefore(4, settings, 0).count(), 500);
    EXPECT_EQ(BackoffBefore(400, settings, 0).count(), 500);
    for (std::uint64_t random = 0; random < most; random += 999'983) {
        const Duration backoff = BackoffBefore(1, settings, random);
        EXPECT_GE(backoff.count(), 100);
        EXPECT_LE(backoff.count(), 200);
    }
}

TEST(RetryPolicyTest, WaitsThatOthersWereToldAreSpreadByATenth) {
    for (std::uint64_t random = 0; random < 1'000'000'000; random += 99'999'989) {
        const Duration jitter = JitterAfter(std::chrono::seconds(2), random);
        EXPECT_GE(jitter.count(), 0);
        EXPECT_LE(jitter, std::chrono::milliseconds(200));
    }
    EXPECT_NE(
        JitterAfter(std::chrono::seconds(2), 7),
        JitterAfter(std::chrono::seconds(2), 99'999)
    );
    EXPECT_EQ(JitterAfter(Duration(), 12345), Duration());
}

TEST(RetryPolicyTest, RetryAfterIsReadAsSecondsOrMillisecondsOrADate) {
    const Time now = TimeFromMicros(1'795'324'200'000'000);  // 2026-11-22T05:10:00Z
    const auto read = [now](std::string_view text, std::string_view ms = "") {
        return ReadRetryAfter(text, ms, now);
    };
    EXPECT_EQ(read("3"), std::chrono::seconds(3));
    EXPECT_EQ(read(" 0.25 "), std::chrono::milliseconds(250));
    EXPECT_EQ(read("3", "1500"), std::chrono::milliseconds(1500));
    EXPECT_EQ(read(""), std::nullopt);
    EXPECT_EQ(read("-1"), std::nullopt);
    EXPECT_EQ(read("nan"), std::nullopt);
    EXPECT_EQ(read("1e30"), std::nullopt);
    EXPECT_EQ(read("Sun, 22 Nov 2026 05:10:30 GMT"), std::chrono::seconds(30));
    EXPECT_EQ(read("Sun, 22 Nov 2026 05:00:00 GMT"), Duration(0));
    EXPECT_EQ(read("Sun, 22 Nov 2026 05:10:30 GMT", "500"), std::chrono::milliseconds(500));
    EXPECT_EQ(read("Sun, 22 Nov 2026"), std::nullopt);
}

TEST(RetryPolicyTest, ARefusalOfTheTargetsOwnKeyIsItsFaultAndNotTheCallers) {
    const RetrySettings settings;
    for (const int status : {401, 402}) {
        TryFailure failure{TryFailure::Kind::kStatus, status};
        EXPECT_FALSE(IsTargetsFault(failure));
        EXPECT_FALSE(IsRetryable(failure, settings));
        failure.own_key = true;
        EXPECT_TRUE(IsTargetsFault(failure));
        EXPECT_TRUE(IsRetryable(failure, settings));
    }
    const TryFailure moderated{TryFailure::Kind::kStatus, 403, {}, true};
    EXPECT_FALSE(IsTargetsFault(moderated));
    EXPECT_FALSE(IsRetryable(moderated, settings));
}

TEST(RetryBudgetTest, AFewAreAlwaysAllowedAndBeyondThemAShare) {
    RetrySettings settings;
    settings.budget_percent = 10;
    RetryBudget budget;
    const auto taken = [&](std::int64_t now_us) {
        std::uint64_t count = 0;
        while (budget.Take(now_us, settings)) {
            ++count;
        }
        return count;
    };
    EXPECT_EQ(taken(5 * kSecond), RetryBudget::kAlways);
    EXPECT_EQ(taken(15 * kSecond), RetryBudget::kAlways) << "ten seconds later";
    for (int i = 0; i < 5'000; ++i) {
        budget.CountCall(25 * kSecond);
    }
    EXPECT_EQ(taken(25 * kSecond), 500U);
    EXPECT_EQ(taken(35 * kSecond), RetryBudget::kAlways);
    settings.budget_percent = 0;
    EXPECT_EQ(taken(45 * kSecond), 0U);
}

}  // namespace
}  // namespace sightglass::capture
