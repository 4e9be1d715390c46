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
