#include "capture/gateway/routing.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

using Routes = std::vector<std::pair<std::string_view, std::string_view>>;

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

TEST(RouterTest, PathsThatOnlyOneProviderHasNeedNoPrefix) {
    const auto router = Router::Create({Named("corp"), Named("model")});
    ASSERT_TRUE(router.Ok());
    const Routes expected{
        {"/v1beta/models/gemini-2.5-pro:generateContent", "gemini"},
        {"/v1beta1/projects/p/locations/l/publishers/google/models/m:streamGenerateContent",
         "gemini"},
        {"/openai/deployments/d/chat/completions?api-version=2024-10-21", "azure"},
        {"/v2/chat", "cohere"}};
    for (const auto& [path, dialect] : expected) {
        const Route route = (*router)->Find(path);
        ASSERT_EQ(route.kind, RouteKind::kTarget) << path;
        EXPECT_EQ(route.target->name, "corp");
        EXPECT_EQ(route.dialect->Name(), dialect);
        EXPECT_EQ(route.path, path);
    }
    EXPECT_EQ((*router)->Find("/model/a/converse").target->name, "model") << "a name comes first";
    for (const std::string_view path : {"/v1beta/unknown", "/opnai/v1/chat/completions", "/v2"}) {
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

TEST(RouterTest, TargetsOfAGroupHaveLabelsAndShareConnectionsByHost) {
    Upstream group = Named("a", "");
    group.targets.resize(3);
    group.targets[0].base_url = "http://h:1/x";
    group.targets[1].base_url = "http://h:1/y";
    group.targets[1].name = "east";
    group.targets[2].base_url = "https://h:1";
    const auto router = Router::Create({group, Named("b")});
    ASSERT_TRUE(router.Ok()) << router.error().message;
    const auto& targets = (*router)->targets();
    ASSERT_EQ(targets.size(), 4U);
    EXPECT_EQ(targets[0].label, "a/1");
    EXPECT_EQ(targets[1].label, "a/east");
    EXPECT_EQ(targets[2].label, "a/3");
    EXPECT_EQ(targets[3].label, "b");
    EXPECT_EQ(targets[0].slot, targets[1].slot);
    EXPECT_NE(targets[0].slot, targets[2].slot);
    EXPECT_EQ((*router)->Find("/a/v1/models").target, &targets[0]);
    EXPECT_FALSE((*router)->upstreams()[0].plain);
    EXPECT_TRUE((*router)->upstreams()[1].plain);
}

TEST(RouterTest, ANewTableKeepsWhatIsKnownOfTargetsThatStay) {
    const auto before = Router::Create({Named("a", "http://a"), Named("b", "http://b")});
    ASSERT_TRUE(before.Ok());
    const auto after = Router::Create(
        {Named("b", "http://b"), Named("c", "http://c"), Named("a", "http://moved")},
        {},
        before->get()
    );
    ASSERT_TRUE(after.Ok());
    const auto& old_targets = (*before)->targets();
    const auto& new_targets = (*after)->targets();
    EXPECT_EQ(new_targets[0].state, old_targets[1].state);
    EXPECT_EQ(new_targets[0].slot, old_targets[1].slot);
    EXPECT_EQ((*after)->upstreams()[0].state, (*before)->upstreams()[1].state);
    for (const Target& target : {new_targets[1], new_targets[2]}) {
        EXPECT_GE(target.slot, (*before)->slot_count());
        EXPECT_NE(target.state, old_targets[0].state);
    }
}

TEST(RouterTest, TimesThatAnUpstreamLeavesOpenAreTheGateways) {
    Upstream upstream = Named("a");
    upstream.timeouts.first_byte = std::chrono::seconds(3);
    TimeoutSettings defaults;
    defaults.connect = std::chrono::seconds(1);
    defaults.first_byte = std::chrono::seconds(2);
    const auto router = Router::Create({upstream}, defaults);
    ASSERT_TRUE(router.Ok());
    const TimeoutSettings& times = (*router)->upstreams().front().timeouts;
    EXPECT_EQ(times.connect, std::chrono::seconds(1));
    EXPECT_EQ(times.first_byte, std::chrono::seconds(3));
    EXPECT_EQ(times.total, Duration());
}

TEST(RouterTest, RefusesGroupsAndFallbacksThatCannotWork) {
    Upstream group = Named("a", "");
    group.targets.resize(2);
    group.targets[0].base_url = group.targets[1].base_url = "http://h";
    EXPECT_TRUE(Router::Create({group}).Ok());
    group.targets[0].name = group.targets[1].name = "same";
    EXPECT_FALSE(Router::Create({group}).Ok());
    group.targets.resize(33);
    EXPECT_FALSE(Router::Create({group}).Ok());
    group.targets.resize(1);
    group.targets[0].weight = 101;
    EXPECT_FALSE(Router::Create({group}).Ok());

    Upstream upstream = Named("a");
    upstream.fallbacks = {{"b", "", ""}};
    EXPECT_FALSE(Router::Create({upstream}).Ok()) << "there is no b";
    EXPECT_TRUE(Router::Create({upstream, Named("b")}).Ok());
    upstream.fallbacks = {{"", "", ""}};
    EXPECT_FALSE(Router::Create({upstream}).Ok()) << "to itself, as it is";
    upstream.fallbacks = {{"", "small", ""}};
    EXPECT_TRUE(Router::Create({upstream}).Ok());
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
