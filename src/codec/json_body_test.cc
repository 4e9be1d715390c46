#include "codec/json_body.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::codec {
namespace {

TEST(ReadMembersTest, AsksAboutEachMemberUpToTheFirstThatIsRefused) {
    std::vector<std::string> seen;
    const auto read = [&seen](std::string_view name, JsonValue value) -> Status {
        seen.emplace_back(name);
        return value.IsNull() ? Status(NotAllowed(name, "a text")) : Status();
    };
    EXPECT_TRUE(ReadMembers(R"({"a":"x","b":2})", read).Ok());
    EXPECT_EQ(seen, (std::vector<std::string>{"a", "b"}));
    seen.clear();
    const Status refused = ReadMembers(R"({"a":"x","b":null,"c":1})", read);
    ASSERT_FALSE(refused.Ok());
    EXPECT_EQ(refused.error().message, "b: allowed: a text");
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(seen, (std::vector<std::string>{"a", "b"}));
}

TEST(ReadMembersTest, WhatIsNoObjectIsRefused) {
    const auto read = [](std::string_view, JsonValue) { return Status(); };
    EXPECT_EQ(ReadMembers("[]", read).error().message, "the body: allowed: a JSON object");
    EXPECT_EQ(ReadMembers("{", read).error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(ReadMembers("{}", read).Ok());
}

}  // namespace
}  // namespace sightglass::codec
