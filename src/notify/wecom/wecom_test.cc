#include "notify/wecom/wecom.h"

#include <gtest/gtest.h>

#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

TEST(WeComTest, WritesMarkdown) {
    const OutgoingRequest sent = Composed(
        kWeCom,
        {{"url", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=K"}},
        SampleGroup()
    );
    EXPECT_EQ(
        sent.body,
        R"({"msgtype":"markdown","markdown":{"content":"**Firing \\(critical\\): Errors of checkout**\n)"
        R"(12 % of calls \\<fail\\> & \\*more\\*\n**error\\_rate:** 12 %\n**service:** checkout\n**Severity:** critical\n**Monitor:** Error rate\n**Since:** 2026-11-22T19:00:00Z\n)"
        R"x([Open in Sightglass](https://sg.example/ui/alerts/1)"}})x"
    );
}

TEST(WeComTest, AStormHasAtMost4096Bytes) {
    const OutgoingRequest sent = Composed(kWeCom, {{"url", "https://a/h"}}, SampleStorm());
    EXPECT_LT(sent.body.size(), 4'096U + 120U);
}

TEST(WeComTest, OnlyTheCodeInTheBodySaysHowItWent) {
    EXPECT_EQ(
        kWeCom.read({.status = 200, .body = R"({"errcode":0})"}).outcome,
        Outcome::kDelivered
    );
    EXPECT_EQ(
        kWeCom.read({.status = 200, .body = R"({"errcode":93000})"}).outcome,
        Outcome::kRefused
    );
    EXPECT_EQ(
        kWeCom.read({.status = 200, .body = R"({"errcode":45009})"}).outcome,
        Outcome::kRetry
    );
}

}  // namespace
}  // namespace sightglass::notify
