#include "capture/gateway/routing.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

Upstream Named(std::string name, std::string base_url = "http://a") {
    return {std::move(name), std::move(base_url), "", ""};
}

TEST(RouterTest, SendsPathsWhereTheirFirstSegmentSays) {
    const auto router = Router::Create({Named("openai"), Named("mistral", "https://b:444/x/")});
    ASSERT_TRUE(router.Ok());
    const Router& routes = **router;
    EXPECT_EQ(routes.Find("/v1").target->name, "openai");
    EXPECT_EQ(routes.Find("/v1?x").path, "/v1?x");
    EXPECT_EQ(routes.Find("/v1/models?x").path, "/v1/models?x");
    const Route named = routes.Find("/mistral/v1//a/../b%2F");
    EXPECT_EQ(named.target->name, "mistral");
    EXPECT_EQ(named.target->authority, "b:444");
    EXPECT_EQ(named.target->url.path, "/x");
    EXPECT_EQ(named.path, "/v1//a/../b%2F");
    EXPECT_EQ(routes.Find("/mistral").path, "");
}

TEST(RouterTest, KnowsThePathsOfTheControlServer) {
    const auto router = Router::Create({Named("openai")});
    for (const std::string_view path :
         {"/",
          "/?x",
          "/api",
          "/api/v1/query",
          "/ui/x",
          "/assets/a.js",
          "/metrics",
          "/healthz?x",
          "/readyz",
          "/otlp/v1/traces"}) {
        EXPECT_EQ((*router)->Find(path).kind, RouteKind::kHandOver) << path;
    }
    for (const std::string_view path :
         {"*", "//", "//v1", "/v1x", "/V1/models", "/apis", "/unknown", "/%76%31/models"}) {
        EXPECT_EQ((*router)->Find(path).kind, RouteKind::kUnknown) << path;
    }
}

TEST(RouterTest, TheProviderIsTheSettingElseTheHostsElseTheNames) {
    const auto router = Router::Create(
        {{"corp", "http://a", "", ""},
         {"openai", "http://a", "", ""},
         {"set", "http://a", "", "mine"},
         {"fast", "https://api.groq.com/openai", "", ""},
         {"kimi", "http://a", "", ""},
         {"spoken", "http://a", "openai", ""}}
    );
    ASSERT_TRUE(router.Ok());
    const Router& routes = **router;
    EXPECT_EQ(routes.Find("/v1/models").Provider(), "corp");
    EXPECT_EQ(routes.Find("/openai/v1/chat/completions").Provider(), "openai");
    EXPECT_EQ(routes.Find("/set/v1/chat/completions").Provider(), "mine");
    EXPECT_EQ(routes.Find("/fast/v1/chat/completions").Provider(), "groq");
    EXPECT_EQ(routes.Find("/kimi/v1/chat/completions").Provider(), "moonshotai");
    EXPECT_EQ(routes.Find("/spoken/v1/chat/completions").Provider(), "spoken");
}

TEST(RouterTest, ASettingWinsOverThePathsDialect) {
    const auto router =
        Router::Create({{"a", "http://a", "openai", ""}, {"b", "http://b", "", ""}});
    ASSERT_TRUE(router.Ok());
    const dialect::Dialect* const openai = dialect::FindDialect("openai");
    EXPECT_EQ((*router)->Find("/a/v1/messages").dialect, openai);
    EXPECT_EQ((*router)->Find("/b/v1/chat/completions").dialect, openai);
    EXPECT_EQ((*router)->Find("/metrics").dialect, nullptr);
}

TEST(RouterTest, RefusesUpstreamsThatCannotWork) {
    EXPECT_FALSE(Router::Create({}).Ok());
    EXPECT_FALSE(Router::Create({Named("v1")}).Ok());
    EXPECT_FALSE(Router::Create({Named("metrics")}).Ok());
    EXPECT_FALSE(Router::Create({Named("a/b")}).Ok());
    EXPECT_FALSE(Router::Create({Named("")}).Ok());
    EXPECT_FALSE(Router::Create({Named("a"), Named("a")}).Ok());
    EXPECT_FALSE(Router::Create({Named("a", "ftp://x")}).Ok());
    EXPECT_FALSE(Router::Create({{"a", "http://x", "klingon", ""}}).Ok());
}

}  // namespace
}  // namespace sightglass::capture
