#include "dialect/members.h"

#include <string>

#include <gtest/gtest.h>

namespace sightglass::dialect {
namespace {

TEST(MembersTest, AnswersAsTheObjectDoesHoweverManyMembersItHas) {
    for (const int count : {0, 1, 31, 32, 33, 100}) {
        std::string text = "{";
        for (int i = 0; i < count; ++i) {
            text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":" + std::to_string(i);
        }
        text += count > 0 ? ",\"k0\":-1}" : "}";
        codec::JsonParser parser;
        const codec::JsonValue object = *parser.Parse(text);
        const Members members(object);
        for (int i = 0; i <= count; ++i) {
            const std::string key = "k" + std::to_string(i);
            EXPECT_EQ(members.Get(key).Int(), object.Get(key).Int()) << key << " of " << count;
        }
    }
    EXPECT_FALSE(Members(codec::JsonValue()).Get("a").Exists());
}

}  // namespace
}  // namespace sightglass::dialect
