#include "codec/json_cut.h"

#include <string>

#include <gtest/gtest.h>

#include "codec/json.h"

namespace sightglass::codec {
namespace {

constexpr std::string_view kText =
    R"({"model":"m,{\"","messages":[{"a":"]}\\"},{"b":[1,2]}],"n":{"x":1},"stream":true,"user":"u\\\\","last":-1.5} )";

TEST(JsonCutTest, GivesWholeMembersOfBothEnds) {
    const std::string_view text = kText;
    EXPECT_EQ(
        WholeMembers(
            text.substr(0, text.find("messages") + 20),
            text.substr(text.find("stream") + 3)
        ),
        R"({"model":"m,{\"","last":-1.5,"user":"u\\\\"})"
    );
}

TEST(JsonCutTest, EveryCutGivesAJsonObjectOfRightMembers) {
    JsonParser parser;
    JsonParser other;
    const JsonValue whole = *parser.Parse(kText);
    for (std::size_t cut = 0; cut <= kText.size(); ++cut) {
        for (const bool at_end : {false, true}) {
            const std::string object = at_end ? WholeMembers("", kText.substr(cut))
                                              : WholeMembers(kText.substr(0, cut), "");
            const auto members = other.Parse(object);
            ASSERT_TRUE(members.Ok()) << cut << " " << object;
            members->ForEach([&whole](std::string_view key, JsonValue value) {
                EXPECT_EQ(whole.Get(key).Text(), value.Text());
                return true;
            });
        }
    }
    EXPECT_EQ((*other.Parse(WholeMembers(kText, ""))).Text(), whole.Text());
    EXPECT_EQ(WholeMembers("", kText).size(), WholeMembers(kText, "").size());
}

TEST(JsonCutTest, TextThatIsNoObjectHasNoMembers) {
    for (const std::string_view text : {"", " ", "[1,2]", "null", "<html>", "{", "}", "{}"}) {
        EXPECT_EQ(WholeMembers(text, text), "{}") << text;
    }
}

TEST(JsonCutTest, LargeMembersAreLeftOut) {
    const std::string text = R"({"a":1,"big":")" + std::string(100'000, 'x') + R"(","b":2})";
    EXPECT_EQ(WholeMembers(text, ""), R"({"a":1,"b":2})");
}

TEST(JsonCutTest, HostileTextTakesLinearTime) {
    std::string quotes;
    for (int i = 0; i < 500'000; ++i) {
        quotes += "\\\"";
    }
    WholeMembers("{\"" + quotes, quotes + "\"}");
    WholeMembers("{" + std::string(1'000'000, '['), std::string(1'000'000, '\\') + "\"}");
}

}  // namespace
}  // namespace sightglass::codec
