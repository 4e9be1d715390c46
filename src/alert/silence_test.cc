#include "alert/silence.h"

#include <gtest/gtest.h>

namespace sightglass::alert {
namespace {

using std::chrono::hours;

constexpr Time kNow = Time(std::chrono::seconds(1'700'000'000));

TEST(SilenceTest, ReadsTimesOrADurationAndReadsBackWhatItKept) {
    const auto silence = ParseSilence(
        R"({"matchers":[{"name":"model","value":"gpt*"}],"duration":"2h","by":"Anna","comment":"c"})",
        kNow
    );
    ASSERT_TRUE(silence.Ok()) << silence.error().message;
    EXPECT_EQ(silence->starts_at, kNow);
    EXPECT_EQ(silence->ends_at, kNow + hours(2));
    EXPECT_TRUE(silence->IsActive(kNow));
    EXPECT_FALSE(silence->IsActive(kNow + hours(2)));
    Silence kept = *silence;
    kept.id = "1";
    kept.created_at = kNow;
    EXPECT_EQ(ParseKeptSilence(ToJson(kept)).value(), kept);
}

TEST(SilenceTest, RefusesWhatMeansNothing) {
    for (const char* wrong :
         {R"({})",
          R"({"matchers":[],"duration":"2h"})",
          R"({"matchers":[{"name":"model","value":"a"}]})",
          R"({"matchers":[{"name":"model","value":"a"}],"duration":"0s"})",
          R"({"matchers":[{"name":"model","value":"a"}],"duration":"91d"})",
          R"({"matchers":[{"name":"model","value":"a"}],"ends_at":"2020-01-01T00:00:00Z"})",
          R"({"matchers":[{"name":"model","value":"a"}],"ends_at":"+1h","duration":"1h"})",
          R"({"matchers":[{"name":"","value":"a"}],"duration":"1h"})",
          R"({"matchers":[{"name":"model","value":"a","op":"="}],"duration":"1h"})",
          R"({"matchers":[{"name":"model","value":"a"}],"duration":"1h","until":1})",
          "[]",
          "{"}) {
        EXPECT_FALSE(ParseSilence(wrong, kNow).Ok()) << wrong;
    }
}

TEST(RoutesTest, ReadsBackWhatItWroteAndRefusesTwoOfOneName) {
    const auto routes = ParseRoutes(
        R"({"items":[{"name":"a","matchers":[{"name":"team","value":"x"}],"channels":["c"],
        "wait":"10s","interval":"1m","remind":"0s"},{"name":"b"}]})"
    );
    ASSERT_TRUE(routes.Ok()) << routes.error().message;
    EXPECT_EQ(routes->at(0).remind, Duration(0));
    EXPECT_EQ(routes->at(1).interval, Duration(std::chrono::seconds(30)));
    EXPECT_EQ(ParseRoutes(ToJson(*routes)).value(), *routes);
    EXPECT_FALSE(ParseRoutes(R"({"items":[{"name":"a"},{"name":"a"}]})").Ok());
    EXPECT_FALSE(ParseRoutes(R"({"items":[{}]})").Ok());
    EXPECT_FALSE(ParseRoutes(R"({"items":[{"name":"a","wait":"8d"}]})").Ok());
    EXPECT_FALSE(ParseRoutes(R"([])").Ok());
}

TEST(MatcherTest, TheGroupComesBeforeWhatTheMonitorSays) {
    Monitor monitor;
    monitor.id = "m";
    monitor.service = "billing";
    monitor.severity = Severity::kCritical;
    const std::vector<Matcher> checkout{{"service", "checkout"}};
    EXPECT_FALSE(MeetsAll(checkout, monitor, {}));
    monitor.group_by = {"service"};
    EXPECT_TRUE(MeetsAll(checkout, monitor, {"checkout"}));
    EXPECT_TRUE(MeetsAll({{"monitor", "*"}, {"severity", "crit*"}}, monitor, {"x"}));
    EXPECT_FALSE(MeetsAll({{"model", "*"}}, monitor, {"x"}));
    EXPECT_TRUE(MeetsAll({}, monitor, {"x"}));
}

}  // namespace
}  // namespace sightglass::alert
