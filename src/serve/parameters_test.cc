#include "serve/parameters.h"

#include <gtest/gtest.h>

namespace sightglass::serve {
namespace {

TEST(ParametersTest, DecodesNamesAndValues) {
    const auto parameters =
        Parameters::Parse("a=1&b=x%20y+z&filter=model%3Agpt&filter=-status:ok&flag&&%61=2");
    ASSERT_TRUE(parameters.Ok());
    EXPECT_EQ(parameters->Get("a"), "1");
    EXPECT_EQ(parameters->Get("b"), "x y z");
    EXPECT_EQ(
        parameters->All("filter"),
        (std::vector<std::string_view>{"model:gpt", "-status:ok"})
    );
    EXPECT_EQ(parameters->Find("flag"), "");
    EXPECT_EQ(parameters->All("a").size(), 2U);
    EXPECT_EQ(parameters->Find("c"), std::nullopt);
    EXPECT_EQ(parameters->Get("c", "d"), "d");
}

TEST(ParametersTest, RefusesPercentSignsWithoutDigits) {
    for (const char* query : {"a=%", "a=%4", "a=%4g", "%zz=1"}) {
        EXPECT_FALSE(Parameters::Parse(query).Ok()) << query;
    }
    EXPECT_EQ(PercentDecode("%41+", false), "A+");
}

TEST(ParametersTest, RefusesToGrowWithoutBound) {
    std::string query;
    for (int i = 0; i < 1'000; ++i) {
        query += "a=1&";
    }
    EXPECT_TRUE(Parameters::Parse(query).Ok());
    EXPECT_FALSE(Parameters::Parse(query + "b=2").Ok());
}

TEST(ParametersTest, ReadsCountsWithinTheirBounds) {
    const auto parameters = Parameters::Parse("one=1&zero=0&many=501&text=5x&negative=-1");
    EXPECT_EQ(parameters->Count("one", 100, 500).value(), 1);
    EXPECT_EQ(parameters->Count("absent", 100, 500).value(), 100);
    for (const char* name : {"zero", "many", "text", "negative"}) {
        EXPECT_FALSE(parameters->Count(name, 100, 500).Ok()) << name;
    }
}

TEST(ParametersTest, NamesTheFirstThatNobodyKnows) {
    const auto parameters = Parameters::Parse("from=-1h&form=-2h");
    EXPECT_EQ(parameters->FindUnknown({"from", "to"}), "form");
    EXPECT_EQ(parameters->FindUnknown({"from", "form"}), std::nullopt);
}

}  // namespace
}  // namespace sightglass::serve
