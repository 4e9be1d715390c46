#include "alert/prometheus_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alert/recommended.h"

namespace sightglass::alert {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Monitor MonitorOf(const std::string& members) {
    const auto monitor = ParseMonitor(
        R"({"id":"m","name":"M \"x\"","metric":"error_rate","window":"5m",
        "condition":{"op":">","value":0.1},)" +
        members + "}"
    );
    EXPECT_TRUE(monitor.Ok()) << monitor.error().message;
    return monitor.Ok() ? *monitor : Monitor{};
}

TEST(PrometheusRulesTest, ARatioIsOfSumsByTheGroupsLabels) {
    EXPECT_EQ(
        PromQlOf(MonitorOf(R"("group_by":["model"],"filter":"service:chat","enabled":true)"))
            .value(),
        "(((sum by (model) "
        "(increase(sightglass_calls_total{status=~\"error|interrupted\",service=~\"chat\"}"
        "[300s]))) or 0 * (sum by (model) "
        "(increase(sightglass_calls_total{service=~\"chat\"}[300s])))) / "
        "(sum by (model) (increase(sightglass_calls_total{service=~\"chat\"}[300s])))) > 0.1"
    );
}

TEST(PrometheusRulesTest, QuantilesAreOfHistogramsWithTheirLabels) {
    const auto text = PromQlOf(MonitorOf(R"("metric":"latency_p95_ms","group_by":["model"])"));
    ASSERT_TRUE(text.Ok());
    EXPECT_THAT(*text, HasSubstr("histogram_quantile(0.95, sum by (le,gen_ai_response_model) "));
}

TEST(PrometheusRulesTest, WhatMetricsDoNotTellIsSaid) {
    EXPECT_FALSE(PromQlOf(MonitorOf(R"("group_by":["user"])")).Ok());
    EXPECT_FALSE(PromQlOf(MonitorOf(R"("metric":"users")")).Ok());
    EXPECT_FALSE(PromQlOf(MonitorOf(R"("filter":"latency_us:>=100")")).Ok());
    EXPECT_FALSE(PromQlOf(MonitorOf(R"("kind":"anomaly","window":"1h")")).Ok());
    const std::string rules = PrometheusRules({MonitorOf(R"("group_by":["user"])")});
    EXPECT_THAT(rules, HasSubstr("# m is left out: /metrics does not tell calls by user"));
    EXPECT_THAT(rules, HasSubstr("rules: []"));
}

TEST(PrometheusRulesTest, MostRecommendedMonitorsBecomeRules) {
    const std::string rules = PrometheusRules(RecommendedMonitors());
    for (const char* name : {"Provider outage", "Error budget burns", "Slower than an hour ago"}) {
        EXPECT_THAT(rules, HasSubstr("alert: \"" + std::string(name) + "\""));
    }
    EXPECT_THAT(rules, Not(HasSubstr("Budget used up")));  // It is switched off.
    EXPECT_THAT(rules, HasSubstr("# latency-anomaly is left out"));
}

}  // namespace
}  // namespace sightglass::alert
