#include "notify/feishu/feishu.h"

#include <gtest/gtest.h>

#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

TEST(FeishuTest, SignsInTheBody) {
    const Settings settings{
        {"url", "https://open.feishu.cn/open-apis/bot/v2/hook/h"},
        {"secret", "fei-key"}};
    const OutgoingRequest sent = Composed(kFeishu, settings, SampleGroup());
    EXPECT_EQ(sent.url, "https://open.feishu.cn/open-apis/bot/v2/hook/h");
    // Computed with Python's hmac and base64.
    EXPECT_EQ(
        sent.body,
        R"({"timestamp":"1795374240","sign":"TDlEuPHOVS5yplmzVvWPceT+TmkRt1UIcTfLcJTqKE0=",)"
        R"("msg_type":"interactive","card":{"header":{"title":{"tag":"plain_text",)"
        R"("content":"Firing (critical): Errors of checkout"},"template":"red"},"elements":[)"
        R"({"tag":"div","text":{"tag":"lark_md","content":"12 % of calls \\<fail\\> & \\*more\\*\n)"
        R"(**error\\_rate:** 12 %\n**service:** checkout\n**Severity:** critical\n**Monitor:** Error rate\n**Since:** 2026-11-22T19:00:00Z"}},)"
        R"({"tag":"action","actions":[{"tag":"button","text":{"tag":"plain_text",)"
        R"("content":"Open in Sightglass"},"url":"https://sg.example/ui/alerts/1",)"
        R"("type":"primary"}]}]}})"
    );
}

TEST(FeishuTest, ReadsNewAndOldCodes) {
    EXPECT_EQ(kFeishu.read({.status = 200, .body = R"({"code":0})"}).outcome, Outcome::kDelivered);
    EXPECT_EQ(
        kFeishu.read({.status = 200, .body = R"({"StatusCode":0})"}).outcome,
        Outcome::kDelivered
    );
    EXPECT_EQ(
        kFeishu.read({.status = 200, .body = R"({"code":19021})"}).outcome,
        Outcome::kRefused
    );
    EXPECT_EQ(kFeishu.read({.status = 200, .body = R"({"code":11232})"}).outcome, Outcome::kRetry);
}

TEST(FeishuTest, AStormStaysBelow20KiB) {
    EXPECT_LT(Composed(kFeishu, {{"url", "https://a/h"}}, SampleStorm()).body.size(), 20U << 10);
}

}  // namespace
}  // namespace sightglass::notify
