#include "notify/dingtalk/dingtalk.h"

#include <gtest/gtest.h>

#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

TEST(DingTalkTest, SignsInTheQueryPart) {
    const Settings settings{
        {"url", "https://oapi.dingtalk.com/robot/send?access_token=T"},
        {"secret", "SECabc"}};
    const OutgoingRequest sent = Composed(kDingTalk, settings, SampleGroup());
    // Computed with Python's hmac and base64.
    EXPECT_EQ(
        sent.url,
        "https://oapi.dingtalk.com/robot/send?access_token=T&timestamp=1795374240000"
        "&sign=djt1Agd86ESBuGSmPnuPNo%2BP4Jk3jNHAFQeHo%2Bg6wQ4%3D"
    );
    EXPECT_EQ(
        sent.body,
        R"({"msgtype":"markdown","markdown":{"title":"Firing (critical): Errors of checkout",)"
        R"("text":"### Firing \\(critical\\): Errors of checkout\n\n12 % of calls \\<fail\\> & \\*more\\*\n\n)"
        R"(**error\\_rate:** 12 %\n\n**service:** checkout\n\n**Severity:** critical\n\n**Monitor:** Error rate\n\n**Since:** 2026-11-22T19:00:00Z\n\n)"
        R"x([Open in Sightglass](https://sg.example/ui/alerts/1)"},"at":{"isAtAll":false}})x"
    );
}

TEST(DingTalkTest, OnlyTheCodeInTheBodySaysHowItWent) {
    EXPECT_EQ(
        kDingTalk.read({.status = 200, .body = R"({"errcode":0})"}).outcome,
        Outcome::kDelivered
    );
    const Verdict wrong =
        kDingTalk.read({.status = 200, .body = R"({"errcode":310000,"errmsg":"sign not match"})"});
    EXPECT_EQ(wrong.outcome, Outcome::kRefused);
    EXPECT_EQ(wrong.why, "errcode 310000: sign not match");
    const Verdict many = kDingTalk.read({.status = 200, .body = R"({"errcode":130101})"});
    EXPECT_EQ(many.outcome, Outcome::kRetry);
    EXPECT_EQ(many.retry_after, std::chrono::minutes(1));
    EXPECT_EQ(kDingTalk.read({.status = 200, .body = "<html>"}).outcome, Outcome::kRetry);
}

}  // namespace
}  // namespace sightglass::notify
