#include "serve/api/key_body.h"

#include <gtest/gtest.h>

namespace sightglass::serve {
namespace {

using access::NewKey;
using access::Quantity;

const Time kNow = TimeFromMicros(1'763'775'464'000'000);

NewKey Full() {
    NewKey key{.name = "ci", .owner = "alice", .models = {"gpt-4o*"}, .shadow_limits = true};
    key.limits[Quantity::kConcurrent] = 2;
    key.limits[Quantity::kUsdPerDay] = 5'000'000'000;
    key.expires_at = kNow + std::chrono::hours(1);
    return key;
}

TEST(KeyBodyTest, WhatIsNotSaidStays) {
    NewKey key = Full();
    ASSERT_TRUE(
        ReadKeyMembers(R"({"limits":{"requests_per_minute":60},"team":"x"})", kNow, key).Ok()
    );
    EXPECT_EQ(key.name, "ci");
    EXPECT_EQ(key.team, "x");
    EXPECT_EQ(key.models, Full().models);
    EXPECT_TRUE(key.shadow_limits);
    EXPECT_EQ(key.limits[Quantity::kRequestsPerMinute], 60);
    EXPECT_EQ(key.limits[Quantity::kConcurrent], 2);
    EXPECT_EQ(key.expires_at, Full().expires_at);
}

TEST(KeyBodyTest, NullMakesAMemberEmpty) {
    NewKey key = Full();
    ASSERT_TRUE(
        ReadKeyMembers(R"({"owner":null,"limits":{"concurrent":null,"mode":null}})", kNow, key).Ok()
    );
    EXPECT_EQ(key.owner, "");
    EXPECT_EQ(key.limits[Quantity::kConcurrent], std::nullopt);
    EXPECT_EQ(key.limits[Quantity::kUsdPerDay], 5'000'000'000);
    EXPECT_FALSE(key.shadow_limits);
    ASSERT_TRUE(ReadKeyMembers(R"({"models":null,"limits":null,"expires_at":null})", kNow, key).Ok()
    );
    EXPECT_TRUE(key.models.empty());
    EXPECT_TRUE(key.limits.Empty());
    EXPECT_EQ(key.expires_at, Time{});
}

TEST(KeyBodyTest, WhatIsNotAllowedIsNamed) {
    for (const auto& [body, member] :
         {std::pair{R"({"nam":"x"})", "nam"},
          {R"({"name":1})", "name"},
          {R"({"models":"x"})", "models"},
          {R"({"models":[1]})", "models"},
          {R"({"limits":[]})", "limits"},
          {R"({"limits":{"rpm":1}})", "rpm"},
          {R"({"limits":{"rpm":null}})", "rpm"},
          {R"({"limits":{"mode":"x"}})", "limits.mode"},
          {R"({"limits":{"concurrent":"a"}})", "concurrent"},
          {R"({"expires_at":"soon"})", "expires_at"},
          {"[]", "the body"}}) {
        NewKey key;
        const Status read = ReadKeyMembers(body, kNow, key);
        ASSERT_FALSE(read.Ok()) << body;
        EXPECT_NE(read.error().message.find(member), std::string::npos) << read.error().message;
    }
}

TEST(KeyBodyTest, TheOverlapIsADuration) {
    EXPECT_EQ(*ReadOverlap(""), Duration(0));
    EXPECT_EQ(*ReadOverlap("{}"), Duration(0));
    EXPECT_EQ(*ReadOverlap(R"({"overlap":"24h"})"), std::chrono::hours(24));
    EXPECT_FALSE(ReadOverlap(R"({"overlap":"2y"})").Ok());
    EXPECT_FALSE(ReadOverlap(R"({"overlap":"24h","x":1})").Ok());
}

}  // namespace
}  // namespace sightglass::serve
