#include "analytics/segments.h"

#include <gtest/gtest.h>

namespace sightglass::analytics {
namespace {

std::string SegmentOf(std::string_view rules, const UserMeasures& user) {
    const auto parsed = ParseSegmentRules(rules);
    EXPECT_TRUE(parsed.Ok()) << (parsed.Ok() ? "" : parsed.error().message);
    const SegmentRule* const found = FindSegment(*parsed, user);
    return found == nullptr ? "none" : found->name;
}

UserMeasures Usual() {
    UserMeasures user;
    user[UserMeasure::kFirstSeenDays] = 100;
    user[UserMeasure::kActiveDays] = 10;
    user[UserMeasure::kCalls] = 50;
    user[UserMeasure::kCallsRank] = 0.5;
    return user;
}

TEST(SegmentsTest, TheFirstRuleThatFitsCounts) {
    UserMeasures user = Usual();
    const std::string_view rules = DefaultSegmentRules();
    EXPECT_EQ(SegmentOf(rules, user), "regular");
    user[UserMeasure::kActiveDays] = 7;
    EXPECT_EQ(SegmentOf(rules, user), "light");
    user[UserMeasure::kCallsRank] = 0.05;
    EXPECT_EQ(SegmentOf(rules, user), "heavy");
    user[UserMeasure::kIdleDays] = 14;
    EXPECT_EQ(SegmentOf(rules, user), "lapsing");
    user[UserMeasure::kIdleDays] = 56;
    EXPECT_EQ(SegmentOf(rules, user), "gone");
    user[UserMeasure::kFirstSeenDays] = 13;
    EXPECT_EQ(SegmentOf(rules, user), "new");
    EXPECT_EQ(SegmentOf("rich: cost_usd>1000", user), "none");
}

TEST(SegmentsTest, AllConditionsOfARuleMustHold) {
    UserMeasures user = Usual();
    EXPECT_EQ(SegmentOf("a: calls>=50 calls<=50 calls=50\n", user), "a");
    EXPECT_EQ(SegmentOf("a: calls>50\nb: calls<50\n# c\n\n c : active_days=10 ", user), "c");
    EXPECT_EQ(SegmentOf("a: calls>=50 errors>0", user), "none");
}

TEST(SegmentsTest, WrongRulesAreRefusedWithTheLine) {
    const auto refused = [](std::string_view rules, std::string_view part) {
        const auto parsed = ParseSegmentRules(rules);
        ASSERT_FALSE(parsed.Ok()) << rules;
        EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
        EXPECT_NE(parsed.error().message.find(part), std::string::npos) << parsed.error().message;
    };
    refused("", "from 1 to 12");
    refused("a: calls>=1\nb", "line 2");
    refused("Big: calls>=1", "lower-case");
    refused("a: turnover>=1", "measures are first_seen_days");
    refused("a: calls>=many", "a number must follow");
    refused("a: calls>=nan", "a number must follow");
    refused("a:", "conditions");
    refused("a: calls>=1\na: calls>=2", "already");
    refused(std::string(5'000, '#'), "4 KiB");
}

}  // namespace
}  // namespace sightglass::analytics
