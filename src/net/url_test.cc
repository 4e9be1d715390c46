#include "net/url.h"

#include <gtest/gtest.h>

namespace sightglass::net {
namespace {

TEST(UrlTest, ReadsBaseUrls) {
    const auto url = ParseUrl("https://API.openai.com/proxy/x/");
    ASSERT_TRUE(url.Ok());
    EXPECT_TRUE(url->https);
    EXPECT_EQ(url->host, "api.openai.com");
    EXPECT_EQ(url->port, 443);
    EXPECT_EQ(url->path, "/proxy/x");
    EXPECT_EQ(url->Authority(), "api.openai.com");
}

TEST(UrlTest, ReadsPortsAndIpLiterals) {
    EXPECT_EQ(ParseUrl("http://127.0.0.1:9000")->Authority(), "127.0.0.1:9000");
    EXPECT_EQ(ParseUrl("http://h:80/")->Authority(), "h");
    const auto v6 = ParseUrl("http://[::1]:8080/v");
    ASSERT_TRUE(v6.Ok());
    EXPECT_EQ(v6->host, "::1");
    EXPECT_EQ(v6->Authority(), "[::1]:8080");
    EXPECT_EQ(ParseUrl("https://[fe80::1]")->Authority(), "[fe80::1]");
}

TEST(UrlTest, RefusesWhatIsNoBaseUrl) {
    for (const std::string_view text :
         {"",
          "api.openai.com",
          "ftp://a",
          "http://",
          "http:///x",
          "http://a:0",
          "http://a:65536",
          "http://a:x",
          "http://a:",
          "http://u@a",
          "http://a/x?y=1",
          "http://a/#f",
          "http://a b",
          "http://a\r\nHost: b",
          "http://[::1",
          "http://[::1]x"}) {
        EXPECT_FALSE(ParseUrl(text).Ok()) << text;
    }
}

}  // namespace
}  // namespace sightglass::net
