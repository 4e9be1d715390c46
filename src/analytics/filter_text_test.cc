#include "analytics/filter_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::analytics {
namespace {

using store::Comparison;
using store::Filter;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<Filter> Parsed(std::vector<std::string> texts) {
    const Result<std::vector<Filter>> filters = ParseFilters(texts, {});
    EXPECT_TRUE(filters.Ok()) << (filters.Ok() ? "" : filters.error().message);
    return filters.Ok() ? *filters : std::vector<Filter>();
}

Filter OnlyOne(const std::string& text) {
    const std::vector<Filter> filters = Parsed({text});
    EXPECT_EQ(filters.size(), 1u) << text;
    return filters.empty() ? Filter() : filters.front();
}

std::string RefusalOf(const std::string& text, std::vector<std::string_view>* allowed = nullptr) {
    const Result<std::vector<Filter>> filters = ParseFilters({text}, {}, allowed);
    EXPECT_FALSE(filters.Ok()) << text;
    return filters.Ok() ? "" : filters.error().message;
}

TEST(FilterTextTest, ReadsEachForm) {
    struct Case {
        std::string text;
        std::string field;
        Comparison comparison;
        std::vector<std::string> values;
    };

    const std::vector<Case> cases = {
        {"service:chat", "service", Comparison::kIs, {"chat"}},
        {"-service:chat", "service", Comparison::kIsNot, {"chat"}},
        {"service:*", "service", Comparison::kIsNotNull, {}},
        {"-service:*", "service", Comparison::kIsNull, {}},
        {"service:~Ch", "service", Comparison::kContains, {"Ch"}},
        {"latency_us:>=1000", "latency_us", Comparison::kAtLeast, {"1000"}},
        {"cost_nano_usd:<=1e6", "cost_nano_usd", Comparison::kAtMost, {"1e6"}},
        {"http_status:>=500", "http_status", Comparison::kAtLeast, {"500"}},
        {"user:\\*", "user", Comparison::kIs, {"*"}},
        {"user:\\~x", "user", Comparison::kIs, {"~x"}},
        {"-user:\\\\x", "user", Comparison::kIsNot, {"\\x"}},
        {"endpoint:/v1/chat:x", "endpoint", Comparison::kIs, {"/v1/chat:x"}},
        {"user:\\", "user", Comparison::kIsNull, {}},
    };
    for (const Case& each : cases) {
        const Filter filter = OnlyOne(each.text);
        EXPECT_EQ(filter.dimension.field, FindField(each.field)) << each.text;
        EXPECT_EQ(filter.comparison, each.comparison) << each.text;
        EXPECT_EQ(filter.values, each.values) << each.text;
    }
}

TEST(FilterTextTest, ReadsTags) {
    const Filter filter = OnlyOne("tag:feature:a:b");
    EXPECT_EQ(filter.dimension.field, nullptr);
    EXPECT_EQ(filter.tag, "feature");
    EXPECT_THAT(filter.values, ElementsAre("a:b"));
    EXPECT_EQ(OnlyOne("-tag:feature:*").comparison, Comparison::kIsNull);
}

TEST(FilterTextTest, SplitsAtACommaOnlyBeforeAKnownName) {
    const std::vector<Filter> two = Parsed({"user:Smith, J,-model:gpt-4o"});
    ASSERT_EQ(two.size(), 2u);
    EXPECT_THAT(two[0].values, ElementsAre("Smith, J"));
    EXPECT_EQ(two[1].comparison, Comparison::kIsNot);
    EXPECT_THAT(OnlyOne("user:a,nothing:b").values, ElementsAre("a,nothing:b"));
    EXPECT_THAT(Parsed({"user:a,tag:x:b,c"})[1].values, ElementsAre("b,c"));
    EXPECT_THAT(OnlyOne("user:\\a,model:b").values, ElementsAre("a,model:b"));
}

TEST(FilterTextTest, TakesSeveralOfOneNameAsAnyOfThem) {
    const std::vector<Filter> filters =
        Parsed({"model:a", "model:b,service:c", "model:~d", "-model:*"});
    ASSERT_EQ(filters.size(), 2u);
    EXPECT_THAT(filters[0].values, ElementsAre("a", "b"));
    ASSERT_EQ(filters[0].or_else.size(), 2u);
    EXPECT_EQ(filters[0].or_else[0].comparison, Comparison::kContains);
    EXPECT_EQ(filters[0].or_else[1].comparison, Comparison::kIsNull);
}

TEST(FilterTextTest, WantsBothEndsOfARangeMet) {
    const std::vector<Filter> filters =
        Parsed({"latency_us:>=10", "latency_us:<=20", "-model:a", "-model:b"});
    ASSERT_EQ(filters.size(), 3u);
    EXPECT_THAT(filters[2].values, ElementsAre("a", "b"));
}

TEST(FilterTextTest, RefusesWhatItDoesNotKnow) {
    std::vector<std::string_view> allowed;
    EXPECT_THAT(RefusalOf("servce:chat", &allowed), HasSubstr("did you mean service"));
    EXPECT_EQ(allowed.front(), "service");
    EXPECT_THAT(
        RefusalOf("error_message:x"),
        StartsWith("filter: 'error_message' is not a name to filter by")
    );
    EXPECT_THAT(RefusalOf("chat"), HasSubstr("is not name:value"));
    EXPECT_THAT(RefusalOf("service:"), HasSubstr("has no value"));
    EXPECT_THAT(RefusalOf("tag::x"), HasSubstr("is not name:value"));
    EXPECT_THAT(
        RefusalOf("status:okay", &allowed),
        HasSubstr("'okay' is not a value of status; allowed: ok")
    );
    EXPECT_THAT(allowed, Contains("interrupted"));
    EXPECT_THAT(RefusalOf("stream:yes"), HasSubstr("'yes' is not a value of stream"));
    EXPECT_THAT(RefusalOf("http_status:5xx"), HasSubstr("'5xx' is not"));
    EXPECT_THAT(RefusalOf("model:>=5"), HasSubstr("is not a number"));
    EXPECT_THAT(RefusalOf("tag:a:>=5"), HasSubstr("is text"));
    EXPECT_THAT(RefusalOf("-latency_us:>=5"), HasSubstr("'-' goes with a value"));
    EXPECT_THAT(RefusalOf("model:" + std::string(20'000, 'x')), HasSubstr("longer than"));
}

TEST(FilterTextTest, ReadsFiltersThatCameApart) {
    const auto filters =
        ParseFilters({}, {{"model", "is_not", {"a", "b"}}, {"team", "is_null", {}}});
    ASSERT_TRUE(filters.Ok());
    EXPECT_EQ((*filters)[0].comparison, Comparison::kIsNot);
    EXPECT_EQ((*filters)[1].comparison, Comparison::kIsNull);
    EXPECT_FALSE(ParseFilters({}, {{"model", "is", {}}}).Ok());
    EXPECT_FALSE(ParseFilters({}, {{"model", "is_null", {"a"}}}).Ok());
    EXPECT_FALSE(ParseFilters({}, {{"model", "like", {"a"}}}).Ok());
}

TEST(FilterTextTest, BoundsTheirNumber) {
    EXPECT_FALSE(ParseFilters({}, {{"model", "is", std::vector<std::string>(1'001, "a")}}).Ok());
    EXPECT_FALSE(ParseFilters(std::vector<std::string>(101, "latency_us:>=1"), {}).Ok());
    EXPECT_THAT(Parsed({"", ""}), IsEmpty());
}

}  // namespace
}  // namespace sightglass::analytics
