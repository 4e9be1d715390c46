#include "store/matching.h"

#include <gtest/gtest.h>

namespace sightglass::store {
namespace {

Call SomeCall() {
    Call call;
    call.started_at = TimeFromMicros(1'000'000);
    call.model = "gpt-4o";
    call.status = CallStatus::kOk;
    call.http_status = 200;
    call.stream = true;
    call.cost = Money::FromNanoUsd(500);
    call.scenario_confidence = 0.5;
    call.tags = {{"feature", "chat"}, {"empty", ""}};
    call.error_message = "Rate limit reached";
    return call;
}

Filter On(std::string_view field, Comparison comparison, std::vector<std::string> values = {}) {
    Filter filter;
    filter.dimension.field = FindField(field);
    filter.comparison = comparison;
    filter.values = std::move(values);
    return filter;
}

Filter OnTag(std::string tag, Comparison comparison, std::vector<std::string> values = {}) {
    Filter filter;
    filter.tag = std::move(tag);
    filter.comparison = comparison;
    filter.values = std::move(values);
    return filter;
}

TEST(MatchingTest, IsMeansAnyOfItsValuesExactly) {
    EXPECT_TRUE(Matches(On("model", Comparison::kIs, {"o1", "gpt-4o"}), SomeCall()));
    EXPECT_FALSE(Matches(On("model", Comparison::kIs, {"GPT-4o"}), SomeCall()));
    EXPECT_TRUE(Matches(On("status", Comparison::kIs, {"ok"}), SomeCall()));
    EXPECT_TRUE(Matches(On("stream", Comparison::kIs, {"true"}), SomeCall()));
    EXPECT_TRUE(Matches(On("http_status", Comparison::kIs, {"200"}), SomeCall()));
}

TEST(MatchingTest, AnUnknownValueIsNothingAndIsNotEverything) {
    EXPECT_FALSE(Matches(On("team", Comparison::kIs, {""}), SomeCall()));
    EXPECT_FALSE(Matches(On("team", Comparison::kContains, {""}), SomeCall()));
    EXPECT_FALSE(Matches(On("latency_us", Comparison::kAtLeast, {"0"}), SomeCall()));
    EXPECT_TRUE(Matches(On("team", Comparison::kIsNot, {"a"}), SomeCall()));
    EXPECT_TRUE(Matches(On("team", Comparison::kIsNull), SomeCall()));
    EXPECT_FALSE(Matches(On("model", Comparison::kIsNull), SomeCall()));
    EXPECT_TRUE(Matches(On("model", Comparison::kIsNotNull), SomeCall()));
}

TEST(MatchingTest, IsNotMeansNoneOfItsValues) {
    EXPECT_FALSE(Matches(On("model", Comparison::kIsNot, {"o1", "gpt-4o"}), SomeCall()));
    EXPECT_TRUE(Matches(On("model", Comparison::kIsNot, {"o1"}), SomeCall()));
}

TEST(MatchingTest, ComparesNumbersAsNumbers) {
    EXPECT_TRUE(Matches(On("cost_nano_usd", Comparison::kAtLeast, {"500"}), SomeCall()));
    EXPECT_FALSE(Matches(On("cost_nano_usd", Comparison::kAtLeast, {"501"}), SomeCall()));
    EXPECT_TRUE(Matches(On("cost_nano_usd", Comparison::kAtMost, {"1e3"}), SomeCall()));
    EXPECT_TRUE(Matches(On("scenario_confidence", Comparison::kAtMost, {"0.5"}), SomeCall()));
    EXPECT_FALSE(Matches(On("model", Comparison::kAtMost, {"9"}), SomeCall()));
}

TEST(MatchingTest, ReadsTagsByName) {
    EXPECT_TRUE(Matches(OnTag("feature", Comparison::kIs, {"chat"}), SomeCall()));
    EXPECT_TRUE(Matches(OnTag("feature", Comparison::kContains, {"HA"}), SomeCall()));
    EXPECT_TRUE(Matches(OnTag("other", Comparison::kIsNull), SomeCall()));
    EXPECT_TRUE(Matches(OnTag("empty", Comparison::kIsNull), SomeCall()));
}

TEST(MatchingTest, AnAlternativeIsEnough) {
    Filter filter = On("model", Comparison::kIs, {"o1"});
    EXPECT_FALSE(Matches(filter, SomeCall()));
    filter.or_else = {On("model", Comparison::kContains, {"4O"})};
    EXPECT_TRUE(Matches(filter, SomeCall()));
}

TEST(MatchingTest, FindsTextInIdsMessagesAndContent) {
    EXPECT_TRUE(MatchesText("rate LIMIT", SomeCall(), nullptr));
    EXPECT_FALSE(MatchesText("window", SomeCall(), nullptr));
    const Content content{SomeCall().call_id, "a Window", "", false, false};
    EXPECT_TRUE(MatchesText("window", SomeCall(), &content));
}

TEST(MatchingTest, StartsBucketsAtMultiplesAndWeeksOnMonday) {
    const Time friday = *ParseTime("2026-11-20T13:37:00.5Z", Time());
    EXPECT_EQ(FormatTime(BucketStart(friday, std::chrono::minutes(15))), "2026-11-20T13:30:00Z");
    EXPECT_EQ(FormatTime(BucketStart(friday, std::chrono::hours(24))), "2026-11-20T00:00:00Z");
    EXPECT_EQ(FormatTime(BucketStart(friday, std::chrono::hours(24 * 7))), "2026-11-16T00:00:00Z");
    EXPECT_EQ(
        FormatTime(BucketStart(TimeFromMicros(-1), std::chrono::hours(1))),
        "1969-12-31T23:00:00Z"
    );
}

}  // namespace
}  // namespace sightglass::store
