#include "notify/pagerduty/pagerduty.h"

#include <gtest/gtest.h>

#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

const Settings kSettings{{"routing_key", "0123456789abcdef0123456789abcdef"}};

TEST(PagerDutyTest, TriggersAnEvent) {
    ASSERT_TRUE(CheckSettings(kPagerDuty, kSettings).Ok());
    const OutgoingRequest sent = Composed(kPagerDuty, kSettings, SampleGroup());
    EXPECT_EQ(sent.url, "https://events.pagerduty.com/v2/enqueue");
    EXPECT_EQ(
        sent.body,
        R"({"routing_key":"0123456789abcdef0123456789abcdef","event_action":"trigger",)"
        R"("dedup_key":"m1/service=checkout","client":"Sightglass",)"
        R"("client_url":"https://sg.example/ui/alerts/1","payload":{)"
        R"("summary":"Firing (critical): Errors of checkout","source":"sightglass",)"
        R"("severity":"critical","timestamp":"2026-11-22T19:00:00Z","component":"Error rate",)"
        R"("class":"m1","custom_details":{"message":"12 % of calls <fail> & *more*",)"
        R"("error_rate":"12 %","service":"checkout","Severity":"critical","Monitor":"Error rate",)"
        R"("Since":"2026-11-22T19:00:00Z"}},"links":[{"href":"https://sg.example/ui/alerts/1",)"
        R"("text":"Open in Sightglass"}]})"
    );
}

TEST(PagerDutyTest, ResolvesUnderTheSameKeyHoweverLong) {
    NoticeGroup group = SampleGroup(NoticeState::kResolved);
    group.group_key = std::string(300, 'k');
    const std::string body = Composed(kPagerDuty, kSettings, group).body;
    EXPECT_NE(body.find(R"("event_action":"resolve")"), std::string::npos);
    // sha256 of 300 times k.
    EXPECT_NE(
        body.find(
            R"("dedup_key":"17b16d8ef494060fefa36a6a41567b8c32d213a17e02b7eeae86158cc4495461")"
        ),
        std::string::npos
    );
}

TEST(PagerDutyTest, WhatIsWrongWithTheEventIsNotTriedAgain) {
    EXPECT_EQ(kPagerDuty.read({.status = 202}).outcome, Outcome::kDelivered);
    EXPECT_EQ(kPagerDuty.read({.status = 400}).outcome, Outcome::kRefused);
    EXPECT_EQ(kPagerDuty.read({.status = 500}).outcome, Outcome::kRetry);
    EXPECT_FALSE(CheckSettings(kPagerDuty, {{"routing_key", "short"}}).Ok());
}

}  // namespace
}  // namespace sightglass::notify
