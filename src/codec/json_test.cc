#include "codec/json.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::codec {
namespace {

class JsonTest : public testing::Test {
protected:
    JsonValue Parse(std::string_view text) {
        Result<JsonValue> result = parser_.Parse(text);
        EXPECT_TRUE(result.Ok()) << text;
        return result.Ok() ? *result : JsonValue();
    }

    JsonParser parser_;  // NOLINT(misc-non-private-member-variables-in-classes)
};

TEST_F(JsonTest, LookUpsChainThroughWhatIsAbsent) {
    const JsonValue root =
        Parse(R"({"usage":{"prompt_tokens":7,"details":null},"choices":[{"index":0},{"index":1}]})"
        );
    EXPECT_EQ(root.Get("usage").Get("prompt_tokens").Int(), 7);
    EXPECT_EQ(root.Get("choices").At(1).Get("index").Int(), 1);
    EXPECT_TRUE(root.Get("usage").Get("details").IsNull());
    EXPECT_FALSE(root.Get("usage").Get("details").Get("cached").Exists());
    EXPECT_FALSE(root.Get("choices").At(2).Exists());
    EXPECT_FALSE(root.Get("choices").Get("index").Exists());
    EXPECT_FALSE(root.Get("use").Exists());
    EXPECT_FALSE(JsonValue().Get("a").At(3).Int().has_value());
    EXPECT_EQ(root.Size(), 2U);
    EXPECT_EQ(root.Get("choices").Size(), 2U);
    EXPECT_EQ(root.Get("usage").Get("prompt_tokens").Size(), 0U);
}

TEST_F(JsonTest, ANumberOfAnotherTypeIsNoAnswer) {
    const JsonValue root = Parse(
        R"(["12", 12, 12.0, 12.5, 1e3, -9223372036854775808, 9223372036854775808, 1e300, true, null, {}, []])"
    );
    const std::vector<std::optional<std::int64_t>> expected = {
        std::nullopt,
        12,
        12,
        std::nullopt,
        1000,
        std::numeric_limits<std::int64_t>::min(),
        std::nullopt,
        std::nullopt,
        std::nullopt,
        std::nullopt,
        std::nullopt,
        std::nullopt};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(root.At(i).Int(), expected[i]) << i;
    }
    EXPECT_EQ(root.At(3).Double(), 12.5);
    EXPECT_EQ(root.At(6).Double(), 9223372036854775808.0);
    EXPECT_FALSE(root.At(0).Double().has_value());
    EXPECT_EQ(root.At(8).Bool(), true);
    EXPECT_FALSE(root.At(9).Bool().has_value());
    EXPECT_FALSE(root.At(1).String().has_value());
    EXPECT_EQ(root.At(0).String(), "12");
}

TEST_F(JsonTest, AnIntegerBeyond64BitsIsADouble) {
    const JsonValue root = Parse(
        R"({"a":-123456789012345678901234567890,"b":"99999999999999999999\\","c":[100000000000000000000],"d":7})"
    );
    EXPECT_EQ(root.Get("a").Double(), -123456789012345678901234567890.0);
    EXPECT_FALSE(root.Get("a").Int().has_value());
    EXPECT_EQ(root.Get("b").String(), "99999999999999999999\\");
    EXPECT_EQ(root.Get("c").At(0).Double(), 1e20);
    EXPECT_EQ(root.Get("d").Int(), 7);
    EXPECT_FALSE(parser_.Parse("[1e999]").Ok());
    EXPECT_FALSE(parser_.Parse("[0123456789012345678901234]").Ok());
}

TEST_F(JsonTest, TextIsTheSameDocumentWithoutWhiteSpace) {
    EXPECT_EQ(
        Parse("{ \"a\" : [ 1, -2.5 , \"\\u00e9\\n\\\"\" , null , true,18446744073709551615 ] , "
              "\"\" : { } }")
            .Text(),
        "{\"a\":[1,-2.5,\"\\u00e9\\n\\\"\",null,true,18446744073709551615],\"\":{}}"
    );
    EXPECT_EQ(JsonValue().Text(), "");
}

TEST_F(JsonTest, StringsAreUnescaped) {
    EXPECT_EQ(Parse(R"("a\u0041\ud83d\ude00\t")").String(), "aA\xF0\x9F\x98\x80\t");
}

TEST_F(JsonTest, ForEachStopsWhereItIsTold) {
    std::string seen;
    const JsonValue root = Parse(R"({"a":1,"b":2,"c":3})");
    root.ForEach([&seen](std::string_view key, JsonValue value) {
        seen += key;
        seen += value.Text();
        return key != "b";
    });
    EXPECT_EQ(seen, "a1b2");
}

TEST_F(JsonTest, WhatIsNotJsonIsCorrupt) {
    for (const std::string_view text :
         {"",
          " ",
          "{",
          "{\"a\":}",
          "[1,]",
          "nul",
          "{'a':1}",
          "\"\xFF\"",
          "1 2",
          "<html>",
          "{\"a\":1}}"}) {
        const Result<JsonValue> result = parser_.Parse(text);
        ASSERT_FALSE(result.Ok()) << text;
        EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
    }
    EXPECT_FALSE(parser_.Parse(std::string_view()).Ok()) << "no text at all";
    EXPECT_EQ(Parse("{\"a\":1}").Get("a").Int(), 1) << "usable after a failure";
}

TEST_F(JsonTest, DepthAndSizeAreBounded) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(parser_.Parse(nested(250)).Ok());
    EXPECT_FALSE(parser_.Parse(nested(300)).Ok());
    EXPECT_FALSE(parser_.Parse(nested(1'000'000)).Ok());
    EXPECT_EQ(parser_.Parse(std::string((64U << 20) + 1, ' ')).error().code, ErrorCode::kTooLarge);
}

TEST_F(JsonTest, TheNumberOfValuesIsBounded) {
    const auto list = [](std::size_t values) {
        std::string text = "[1";
        for (std::size_t i = 1; i < values; ++i) {
            text += ",1";
        }
        return text + "]";
    };
    constexpr std::size_t kMost = (4U << 20) - 1;  // The list itself is one.
    EXPECT_EQ(Parse(list(kMost)).Size(), kMost);
    EXPECT_FALSE(parser_.Parse(list(kMost + 1)).Ok());
    EXPECT_EQ(Parse("[1]").Size(), 1U) << "small again after a large one";
}

TEST_F(JsonTest, KeysAreUnescapedToo) {
    const JsonValue root = Parse(R"({"mod\u0065l":"gpt","a\"b\\":{"\ud83d":1}})");
    EXPECT_EQ(root.Get("model").String(), "gpt");
    EXPECT_EQ(root.Get("a\"b\\").Get("\xEF\xBF\xBD").Int(), 1) << "half a pair is U+FFFD";
    EXPECT_FALSE(parser_.Parse(R"({"\x":1})").Ok());
    EXPECT_EQ(Parse(R"({"a":{"\u0062":"\n"}})").Get("a").Text(), R"({"b":"\n"})");
}

TEST_F(JsonTest, AWrongEscapeMakesAStringEmpty) {
    for (const std::string_view text : {R"("\x")", R"("\u12g4")", R"("\u00")"}) {
        EXPECT_EQ(Parse(text).String(), "") << text;
    }
}

TEST_F(JsonTest, TextIsTheSameAfterAStringWasAskedFor) {
    const JsonValue root = Parse(R"({"a":"x\n\u0041y","b":["\\"]})");
    EXPECT_EQ(root.Get("a").String(), "x\nAy");
    EXPECT_EQ(root.Get("a").String(), "x\nAy") << "a second time";
    EXPECT_EQ(root.Get("b").At(0).String(), "\\");
    EXPECT_EQ(root.Text(), R"({"a":"x\nAy","b":["\\"]})");
}

TEST_F(JsonTest, NumbersAreThoseOfTheGrammar) {
    for (const std::string_view text :
         {"-", "01", "1.", ".5", "1e", "1e+", "+1", "0x1", "-a", "1.e3"}) {
        EXPECT_FALSE(parser_.Parse(text).Ok()) << text;
    }
    for (const std::string_view text : {"0", "-0", "10.50", "1E-2", "2e+3"}) {
        EXPECT_TRUE(Parse(text).Double().has_value()) << text;
    }
}

TEST(JsonFindTest, GivesTheLastObjectOfThatName) {
    const std::string_view tail =
        R"(t":"x"}],"usage":{"a":1},"usage" : {"total":5,"d":{"s":"}\"{"}},"user":null})";
    EXPECT_EQ(FindLastObject(tail, "usage"), R"({"total":5,"d":{"s":"}\"{"}})");
    EXPECT_EQ(FindLastObject(R"({"usage":{"a":1},"usage":null})", "usage"), R"({"a":1})");
    EXPECT_FALSE(FindLastObject(tail, "error").has_value());
    EXPECT_FALSE(FindLastObject(tail, "").has_value());
    EXPECT_FALSE(FindLastObject("usage\":{}", "usage").has_value());
    EXPECT_FALSE(FindLastObject("\"usage\":{", "usage").has_value());
    EXPECT_FALSE(FindLastObject("\"usage\":", "usage").has_value());
    EXPECT_FALSE(FindLastObject("\"usage", "usage").has_value());
}

TEST(JsonFindTest, TextInsideAStringIsNotAKey) {
    EXPECT_FALSE(
        FindLastObject(R"({"content":"see \"usage\":{\"a\":1} there"})", "usage").has_value()
    );
    EXPECT_EQ(FindLastString(R"({"model":"m","content":"\"model\":\"n\""})", "model"), "m");
}

TEST(JsonFindTest, GivesTheLastStringStillEscaped) {
    EXPECT_EQ(FindLastString(R"("id":"a","id": "b\"c\\","idx":"d")", "id"), R"(b\"c\\)");
    EXPECT_FALSE(FindLastString(R"("id":7)", "id").has_value());
    EXPECT_FALSE(FindLastString(R"("id":"cut)", "id").has_value());
    EXPECT_FALSE(FindLastString(R"("id":"cut\)", "id").has_value());
}

TEST(JsonFindTest, ManyUnclosedCandidatesTakeLinearTime) {
    std::string text;
    for (int i = 0; i < 200'000; ++i) {
        text += "\"usage\":{";
    }
    EXPECT_FALSE(FindLastObject(text, "usage").has_value());
}

}  // namespace
}  // namespace sightglass::codec
