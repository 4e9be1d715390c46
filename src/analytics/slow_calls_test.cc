#include "analytics/slow_calls.h"

#include <cmath>

#include <gtest/gtest.h>

#include "analytics/analysis_fixture.h"

namespace sightglass::analytics {
namespace {

class SlowCallsTest : public AnalysisTest {
protected:
    SlowCalls Ask(SlowText text) {
        text.from = FormatTime(kMonday);
        text.to = FormatTime(kMonday + kOneDay);
        const auto question = ParseSlow(text, kMonday + kOneDay);
        EXPECT_TRUE(question.Ok()) << question.error().message;
        auto answer = FindSlow(*question, Store());
        EXPECT_TRUE(answer.Ok()) << answer.error().message;
        return std::move(*answer);
    }
};

TEST_F(SlowCallsTest, RanksWhatSlowCallsHaveInCommonFirst) {
    PutUsualDay(kMonday, 48);
    for (Call& call : batch_.calls) {
        if (call.service == "code") {
            call.upstream = "azure-eu";
            call.latency_us = 8'000'000;
        } else {
            call.upstream = "azure-us";
        }
    }
    const SlowCalls answer = Ask({.at_least_ms = "5000"});
    EXPECT_EQ(answer.calls, 480);
    EXPECT_EQ(answer.slow_calls, 96);
    ASSERT_FALSE(answer.groups.empty());
    const SlowGroup& first = answer.groups.front();
    EXPECT_EQ(first.value.dimension, "upstream");
    EXPECT_EQ(first.value.value, "azure-eu");
    EXPECT_EQ(first.support, 1);
    EXPECT_EQ(first.slow_share, 1);
    EXPECT_GT(first.lift->low, 10);
    EXPECT_EQ(first.filter, std::vector<std::string>{"upstream:azure-eu"});
}

TEST_F(SlowCallsTest, TellsLongPromptsAndHours) {
    PutUsualDay(kMonday, 48);
    for (Call& call : batch_.calls) {
        const bool at_nine = *call.started_at >= kMonday + std::chrono::hours(9) &&
                             *call.started_at < kMonday + std::chrono::hours(10);
        if (at_nine) {
            call.fresh_input_tokens = 30'000;
            call.latency_us = 8'000'000;
        }
    }
    const SlowCalls answer = Ask({.at_least_ms = "5000", .dimensions = {"input_tokens,hour"}});
    ASSERT_EQ(answer.groups.size(), 2U);
    EXPECT_EQ(answer.groups[0].value.value, "20000-49999");
    const std::vector<std::string> filter = {"input_tokens:>=20000", "input_tokens:<=49999"};
    EXPECT_EQ(answer.groups[0].filter, filter);
    EXPECT_EQ(answer.groups[1].value.value, "9");
    EXPECT_TRUE(answer.groups[1].filter.empty());
}

TEST_F(SlowCallsTest, TakesAQuantileOfTheCallsAsItsThreshold) {
    PutUsualDay(kMonday, 10);
    std::int64_t number = 0;
    for (Call& call : batch_.calls) {
        call.latency_us = 1'000 * ++number;  // 1 to 100 ms.
    }
    const SlowCalls answer = Ask({.quantile = "0.9"});
    EXPECT_NEAR(*answer.threshold_ms, 90.1, 1e-3);
    EXPECT_EQ(answer.slow_calls, 10);
}

TEST_F(SlowCallsTest, SaysNothingWhereThereAreNoCalls) {
    const SlowCalls answer = Ask({});
    EXPECT_FALSE(answer.threshold_ms.has_value());
    EXPECT_TRUE(answer.groups.empty());
}

TEST_F(SlowCallsTest, RefusesWhatIsNoThreshold) {
    EXPECT_FALSE(ParseSlow({.at_least_ms = "0"}, kMonday).Ok());
    EXPECT_FALSE(ParseSlow({.at_least_ms = "soon"}, kMonday).Ok());
    EXPECT_FALSE(ParseSlow({.quantile = "0.7"}, kMonday).Ok());
    EXPECT_FALSE(ParseSlow({.metric = "cost_usd"}, kMonday).Ok());
}

TEST(LiftTest, IsTheRatioOfShares) {
    // By hand: 20 of 43 against 8 of 43.
    const auto lift = LiftOf(20, 43, 8, 43);
    ASSERT_TRUE(lift.has_value());
    EXPECT_NEAR(lift->value, 2.5, 1e-9);
    EXPECT_NEAR(
        lift->low,
        2.5 * std::exp(-1.959964 * std::sqrt(1.0 / 20 - 1.0 / 43 + 1.0 / 8 - 1.0 / 43)),
        1e-4
    );
    EXPECT_GT(lift->high, lift->value);
}

TEST(LiftTest, IsFiniteWhereOthersHaveNone) {
    const auto lift = LiftOf(10, 20, 0, 100);
    ASSERT_TRUE(lift.has_value());
    EXPECT_TRUE(std::isfinite(lift->value));
    EXPECT_GT(lift->low, 1);
    EXPECT_FALSE(LiftOf(1, 10, 0, 0).has_value());
}

}  // namespace
}  // namespace sightglass::analytics
