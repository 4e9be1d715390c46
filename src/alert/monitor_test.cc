#include "alert/monitor.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::alert {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;

constexpr const char* kErrors =
    R"({"id":"errors","name":"Errors","metric":"error_rate","filter":"service:chat,-model:gpt-5",)"
    R"("group_by":["model","tag:feature"],"window":"10m","condition":{"op":">","value":0.1,)"
    R"("recovery":0.05,"min_calls":20},"for":"2m","severity":"critical","team":"blue"})";

Monitor MustParse(const std::string& json) {
    auto monitor = ParseMonitor(json);
    EXPECT_TRUE(monitor.Ok()) << (monitor.Ok() ? "" : monitor.error().message);
    return monitor.Ok() ? *monitor : Monitor{};
}

std::string Refusal(const std::string& members) {
    std::string json = kErrors;
    json.insert(json.size() - 1, "," + members);
    const auto monitor = ParseMonitor(json);
    return monitor.Ok() ? "taken" : monitor.error().message;
}

TEST(MonitorTest, IsReadAsItIsWritten) {
    const Monitor monitor = MustParse(kErrors);
    EXPECT_EQ(monitor.kind, Kind::kThreshold);
    EXPECT_EQ(monitor.window, minutes(10));
    EXPECT_EQ(monitor.hold_for, minutes(2));
    EXPECT_EQ(monitor.condition.recovery, 0.05);
    EXPECT_EQ(monitor.condition.min_calls, 20);
    EXPECT_EQ(monitor.severity, Severity::kCritical);
    EXPECT_EQ(MustParse(ToJson(monitor)), monitor);
}

TEST(MonitorTest, MembersThatAreGivenReplaceThoseOfTheOneBefore) {
    const Monitor before = MustParse(kErrors);
    const auto after = ParseMonitor(R"({"condition":{"value":0.2},"enabled":false})", before);
    ASSERT_TRUE(after.Ok());
    EXPECT_EQ(after->condition.value, 0.2);
    EXPECT_EQ(after->condition.min_calls, 20);
    EXPECT_FALSE(after->enabled);
    EXPECT_EQ(after->metric, "error_rate");
}

TEST(MonitorTest, IsRefusedInWordsThatNameTheMember) {
    EXPECT_THAT(Refusal(R"("metric":"error_rat")"), HasSubstr("did you mean error_rate"));
    EXPECT_THAT(Refusal(R"("group_by":["modell"])"), HasSubstr("did you mean model"));
    EXPECT_THAT(Refusal(R"("filter":"nothing:x")"), HasSubstr("filter"));
    EXPECT_THAT(Refusal(R"("kind":"treshold")"), HasSubstr("did you mean threshold"));
    EXPECT_THAT(Refusal(R"("id":"A b")"), HasSubstr("id: "));
    EXPECT_THAT(Refusal(R"("name":"")"), HasSubstr("name: "));
    EXPECT_THAT(Refusal(R"("window":"1s")"), HasSubstr("window: 5s to 31d"));
    EXPECT_THAT(Refusal(R"("window":5)"), HasSubstr("window: a duration"));
    EXPECT_THAT(Refusal(R"("for":"99d")"), HasSubstr("for: "));
    EXPECT_THAT(Refusal(R"("colour":"red")"), HasSubstr("colour: not a member"));
    EXPECT_THAT(Refusal(R"("condition":{"value":"many"})"), HasSubstr("condition.value"));
    EXPECT_THAT(Refusal(R"("condition":{"op":"="})"), HasSubstr("condition.op"));
    EXPECT_THAT(Refusal(R"("condition":{"recovery":0.5})"), HasSubstr("condition.recovery"));
    EXPECT_THAT(Refusal(R"("condition":{"size":1})"), HasSubstr("condition.size"));
    EXPECT_THAT(Refusal(R"("group_by":"model")"), HasSubstr("group_by: an array"));
    EXPECT_FALSE(ParseMonitor("[]").Ok());
    EXPECT_FALSE(ParseMonitor("{").Ok());
    EXPECT_THAT(Refusal(R"("severity":"warning")"), "taken");
}

TEST(MonitorTest, EachKindNeedsWhatItGoesBy) {
    EXPECT_THAT(
        Refusal(R"("kind":"anomaly","window":"7m","condition":{"value":5,"recovery":null})"),
        HasSubstr("window")
    );
    EXPECT_EQ(
        Refusal(R"("kind":"anomaly","window":"1h","condition":{"value":5,"recovery":4})"),
        "taken"
    );
    EXPECT_THAT(Refusal(R"("kind":"change")"), HasSubstr("condition.period"));
    EXPECT_EQ(Refusal(R"("kind":"change","condition":{"period":"1d"})"), "taken");
    EXPECT_THAT(Refusal(R"("kind":"forecast","metric":"cost_usd")"), HasSubstr("a limit"));
    EXPECT_EQ(
        Refusal(R"("kind":"forecast","metric":"cost_usd","condition":{"limit":100,"period":"30d"})"
        ),
        "taken"
    );
    EXPECT_THAT(Refusal(R"("kind":"burn_rate")"), HasSubstr("objective or limit"));
    EXPECT_THAT(
        Refusal(R"("kind":"burn_rate","condition":{"objective":0.99})"),
        HasSubstr("short_window")
    );
    EXPECT_EQ(
        Refusal(
            R"("kind":"burn_rate","window":"1h","condition":{"objective":0.99,"short_window":"5m"})"
        ),
        "taken"
    );
    EXPECT_THAT(Refusal(R"("kind":"headroom")"), HasSubstr("limit_used_percent"));
    EXPECT_EQ(
        Refusal(R"("kind":"headroom","metric":"limit_used_percent","filter":null,"group_by":null)"),
        "taken"
    );
    EXPECT_THAT(Refusal(R"("kind":"new","group_by":[])"), HasSubstr("group_by"));
    EXPECT_EQ(Refusal(R"("metric":"journal_lag_s","filter":"","group_by":[])"), "taken");
    EXPECT_THAT(Refusal(R"("metric":"journal_lag_s")"), HasSubstr("no groups"));
}

}  // namespace
}  // namespace sightglass::alert
