#include "app/demo/rate_limits.h"

#include <gtest/gtest.h>

namespace sightglass::demo {
namespace {

using std::chrono::seconds;

constexpr Time kNow = std::chrono::sys_days(std::chrono::November / 16 / 2026);

ModelProfile Small() {
    ModelProfile model;
    model.name = "small";
    model.requests_per_min = 60;
    model.tokens_per_min = 6'000;
    return model;
}

TEST(RateLimitsTest, CountsDownWhatIsLeft) {
    RateLimits limits;
    const LimitCheck check = limits.Charge("org", Small(), 1'000, kNow);
    EXPECT_FALSE(check.Refused());
    EXPECT_EQ(check.requests.limit, 60);
    EXPECT_EQ(check.requests.remaining, 59);
    EXPECT_EQ(check.requests.reset, seconds(1));
    EXPECT_EQ(check.tokens.remaining, 5'000);
    EXPECT_EQ(check.tokens.reset, seconds(10));
}

TEST(RateLimitsTest, RefusesWhatDoesNotFitAndSaysWhenItWill) {
    RateLimits limits;
    EXPECT_FALSE(limits.Charge("org", Small(), 5'500, kNow).Refused());
    const LimitCheck refused = limits.Charge("org", Small(), 1'000, kNow);
    EXPECT_TRUE(refused.Refused());
    EXPECT_EQ(refused.requests.wait, Duration(0));
    EXPECT_EQ(refused.tokens.wait, seconds(5));
    EXPECT_FALSE(limits.Charge("org", Small(), 1'000, kNow + refused.tokens.wait).Refused());
}

TEST(RateLimitsTest, ARefusedRequestIsNotCharged) {
    RateLimits limits;
    EXPECT_TRUE(limits.Charge("org", Small(), 7'000, kNow).Refused());
    EXPECT_EQ(limits.Charge("org", Small(), 0, kNow).requests.remaining, 59);
}

TEST(RateLimitsTest, OrganizationsDoNotShare) {
    RateLimits limits;
    EXPECT_FALSE(limits.Charge("a", Small(), 6'000, kNow).Refused());
    EXPECT_TRUE(limits.Charge("a", Small(), 6'000, kNow).Refused());
    EXPECT_FALSE(limits.Charge("b", Small(), 6'000, kNow).Refused());
}

TEST(RateLimitsTest, AClockThatGoesBackGivesNothing) {
    RateLimits limits;
    EXPECT_FALSE(limits.Charge("org", Small(), 6'000, kNow).Refused());
    EXPECT_TRUE(limits.Charge("org", Small(), 100, kNow - seconds(60)).Refused());
}

}  // namespace
}  // namespace sightglass::demo
