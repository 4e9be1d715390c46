#include "capture/gateway/json_member.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

std::string_view Found(std::string_view json, std::string_view name) {
    const std::optional<TextRange> range = FindMember(json, name);
    return range ? range->In(json) : "nothing";
}

TEST(JsonMemberTest, FindsTheValueOfAMember) {
    EXPECT_EQ(Found(R"({"model":"gpt-4o"})", "model"), R"("gpt-4o")");
    EXPECT_EQ(Found(" {\n \"a\" : [1,{\"model\":2}] , \"model\" : \t null } ", "model"), "null");
    EXPECT_EQ(Found(R"({"a":"\"model\":1","model":-1.5e3,"b":true})", "model"), "-1.5e3");
    EXPECT_EQ(Found(R"({"a":"\\","model":{"x":"}"},"c":[]})", "model"), R"({"x":"}"})");
    EXPECT_EQ(Found(R"({"model":[["]",{}],"]"]})", "model"), R"([["]",{}],"]"])");
}

TEST(JsonMemberTest, OnlyMembersOfTheObjectItselfCount) {
    EXPECT_EQ(Found(R"({"a":{"model":1},"b":["model"],"c":"model"})", "model"), "nothing");
    EXPECT_EQ(Found(R"([{"model":1}])", "model"), "nothing");
    EXPECT_EQ(Found("{}", "model"), "nothing");
}

TEST(JsonMemberTest, AMemberThatStandsTwiceIsNotFound) {
    EXPECT_EQ(Found(R"({"model":"a","model":"b"})", "model"), "nothing");
}

TEST(JsonMemberTest, WhatIsNoObjectHasNoMembers) {
    for (const std::string_view text :
         {"",
          "{",
          "{\"model\"",
          "{\"model\":",
          "{\"model\":1",
          "{\"model\":\"a",
          "{\"model\":\"a\\",
          "{\"model\":1,}",
          "{model:1}",
          "{\"a\":[1,\"model\":2}",
          "\"model\"",
          "{\"model\" 1}",
          "{,}",
          "{\"model\":}"}) {
        EXPECT_EQ(Found(text, "model"), "nothing") << text;
    }
}

TEST(JsonMemberTest, FindsWhereMembersBegin) {
    EXPECT_EQ(FirstMember("{}"), 1U);
    EXPECT_EQ(FirstMember(" { \"a\":1}"), 3U);
    EXPECT_EQ(FirstMember("[]"), std::nullopt);
    EXPECT_EQ(FirstMember("{x"), std::nullopt);
    EXPECT_EQ(FirstMember(""), std::nullopt);
}

}  // namespace
}  // namespace sightglass::capture
