#include "codec/json_writer.h"

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "codec/json.h"

namespace sightglass::codec {
namespace {

TEST(JsonWriterTest, PutsCommasWhereTheyBelong) {
    JsonWriter json;
    json.BeginObject().Key("a").Int(1).Key("b").BeginArray().Int(-2).Null().BeginObject().EndObject(
    );
    json.BeginArray().EndArray().EndArray().Key("c").BeginObject().Key("d").Bool(true).EndObject();
    json.Key("e").Raw("[1]").Key("f").Double(0.5).Key("g").String("x").EndObject();
    EXPECT_EQ(json.Take(), R"({"a":1,"b":[-2,null,{},[]],"c":{"d":true},"e":[1],"f":0.5,"g":"x"})");
}

TEST(JsonWriterTest, EscapesOnlyWhatMustBe) {
    JsonWriter json;
    using namespace std::string_view_literals;
    json.String("<a & \"b\">\\/\n\r\t\b\x01\x1f\x7f\0\xC3\xA9"sv);
    EXPECT_EQ(
        json.text(),
        "\"<a & \\\"b\\\">\\\\/\\n\\r\\t\\u0008\\u0001\\u001f\x7f\\u0000\xC3\xA9\""
    );
}

TEST(JsonWriterTest, BytesThatAreNotUtf8AreReplaced) {
    JsonWriter json;
    json.String("a\xFFz").Key("\xC3");
    EXPECT_EQ(json.text(), "\"a\xEF\xBF\xBDz\",\"\xEF\xBF\xBD\":");
}

TEST(JsonWriterTest, NumbersReadBackEqual) {
    std::mt19937_64 random(3);
    JsonParser parser;
    for (int i = 0; i < 2000; ++i) {
        const double number =
            std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 200) - 150);
        JsonWriter json;
        json.Double(number);
        const auto value = parser.Parse(json.text());
        ASSERT_TRUE(value.Ok()) << json.text();
        EXPECT_EQ((*value).Double(), number);
    }
    JsonWriter json;
    json.Double(std::nan("")).Double(std::numeric_limits<double>::infinity());
    json.Int(std::numeric_limits<std::int64_t>::min()).Double(3);
    EXPECT_EQ(json.text(), "null,null,-9223372036854775808,3");
}

TEST(JsonWriterTest, AnyTextReadsBackEqual) {
    std::mt19937 random(5);
    JsonParser parser;
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (std::size_t left = random() % 40; left > 0; --left) {
            text += static_cast<char>(random() % 4 == 0 ? random() % 0x20 : random() % 0x60 + 0x20);
        }
        JsonWriter json;
        json.String(text);
        const auto value = parser.Parse(json.text());
        ASSERT_TRUE(value.Ok()) << json.text();
        EXPECT_EQ((*value).String(), text);
    }
}

}  // namespace
}  // namespace sightglass::codec
