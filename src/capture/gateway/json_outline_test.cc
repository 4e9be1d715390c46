#include "capture/gateway/json_outline.h"

#include <gtest/gtest.h>

#include "codec/json.h"

namespace sightglass::capture {
namespace {

std::string Outline(std::string_view json) {
    std::string out = "left over";
    return std::string(OutlineJson(json, out));
}

TEST(JsonOutlineTest, CutsLongStringsOut) {
    const std::string prompt(5000, 'x');
    EXPECT_EQ(
        Outline(
            R"({"model":"m","messages":[{"role":"user","content":")" + prompt + R"("}],"n":1})"
        ),
        R"({"model":"m","messages":[{"role":"user","content":"..."}],"n":1})"
    );
}

TEST(JsonOutlineTest, KnowsEscapedQuotesAndBackslashes) {
    std::string prompt;
    for (int i = 0; i < 1000; ++i) {
        prompt += R"(say \"a\\\" and \\\\)";
    }
    EXPECT_EQ(
        Outline(R"(["short \" one",")" + prompt + R"(","\\",")" + prompt + R"("])"),
        R"(["short \" one","...","\\","..."])"
    );
}

TEST(JsonOutlineTest, LeavesSmallTextsAndOtherFormatsAlone) {
    const std::string small = R"({"a":")" + std::string(2000, 'x') + R"("})";
    EXPECT_EQ(Outline(small), small);
    const std::string form = "--boundary\r\n\"" + std::string(10'000, 'x') + "\"";
    EXPECT_EQ(Outline(form), form);
    std::string numbers = "[1";
    for (int i = 0; i < 9000; ++i) {
        numbers += ",1";
    }
    EXPECT_EQ(Outline(numbers + "]"), numbers + "]");
}

TEST(JsonOutlineTest, KeepsWhatIsBrokenBroken) {
    codec::JsonParser parser;
    for (const std::string& json :
         {R"({"a":")" + std::string(9000, 'x'),
          R"({"a":")" + std::string(9000, 'x') + R"(","b")",
          R"({"a" ")" + std::string(9000, 'x') + R"("})"}) {
        EXPECT_FALSE(parser.Parse(Outline(json)).Ok());
    }
}

}  // namespace
}  // namespace sightglass::capture
