#include "serve/api/channel_body.h"

#include <gtest/gtest.h>

namespace sightglass::serve {
namespace {

TEST(ChannelBodyTest, WritesOverWhatIsThere) {
    notify::ChannelWish wish{
        .name = "a",
        .kind = "webhook",
        .settings = {{"url", "x"}, {"secret", "s"}}};
    ASSERT_TRUE(ReadChannelMembers(
                    R"({"name":"b","enabled":false,"language":"nl","rate_per_minute":7,)"
                    R"("settings":{"secret":null,"port":25}})",
                    wish
    )
                    .Ok());
    EXPECT_EQ(wish.name, "b");
    EXPECT_EQ(wish.kind, "webhook");
    EXPECT_FALSE(wish.enabled);
    EXPECT_EQ(wish.rate_per_minute, 7);
    const notify::Settings expected{
        {"url", "x"},
        {"secret", ""},
        {"language", "nl"},
        {"port", "25"}};
    EXPECT_EQ(wish.settings, expected);
}

TEST(ChannelBodyTest, RefusesWhatItDoesNotKnowWithoutRepeatingValues) {
    for (const char* body :
         {"[]",
          R"({"colour":1})",
          R"({"enabled":"hidden"})",
          R"({"rate_per_minute":0})",
          R"({"settings":[1]})",
          R"({"settings":{"secret":["hidden"]}})",
          R"({"name":["hidden"]})"}) {
        notify::ChannelWish wish;
        const Status read = ReadChannelMembers(body, wish);
        ASSERT_FALSE(read.Ok()) << body;
        EXPECT_EQ(read.error().message.find("hidden"), std::string::npos) << body;
    }
}

TEST(ChannelBodyTest, RetriesOneOrAll) {
    EXPECT_EQ(ReadRetryBody("").value(), std::nullopt);
    EXPECT_EQ(ReadRetryBody("{}").value(), std::nullopt);
    EXPECT_EQ(ReadRetryBody(R"({"delivery":12})").value(), 12);
    EXPECT_FALSE(ReadRetryBody(R"({"delivery":"a"})").Ok());
    EXPECT_FALSE(ReadRetryBody(R"({"other":1})").Ok());
    EXPECT_FALSE(ReadRetryBody("x").Ok());
}

}  // namespace
}  // namespace sightglass::serve
