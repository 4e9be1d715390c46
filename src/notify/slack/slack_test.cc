#include "notify/slack/slack.h"

#include <gtest/gtest.h>

#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

TEST(SlackTest, WritesAnAttachmentInTheSeveritysColour) {
    const OutgoingRequest sent =
        Composed(kSlack, {{"url", "https://hooks.slack.com/services/T/B/X"}}, SampleGroup());
    EXPECT_EQ(sent.url, "https://hooks.slack.com/services/T/B/X");
    EXPECT_EQ(
        sent.body,
        R"({"text":"Firing (critical): Errors of checkout","attachments":[{"color":"#d32f2f",)"
        R"("fallback":"Firing (critical): Errors of checkout","title":"Open in Sightglass",)"
        R"("title_link":"https://sg.example/ui/alerts/1","text":"12 % of calls &lt;fail&gt; &amp; *more*\n)"
        R"(*error_rate:* 12 %\n*service:* checkout\n*Severity:* critical\n*Monitor:* Error rate\n*Since:* 2026-11-22T19:00:00Z",)"
        R"("mrkdwn_in":["text"],"footer":"Sightglass","ts":1795374000}]})"
    );
}

TEST(SlackTest, ABotWritesToItsChannel) {
    const Settings settings{{"token", "xoxb-1"}, {"channel", "C1"}};
    ASSERT_TRUE(CheckSettings(kSlack, settings).Ok());
    const OutgoingRequest sent = Composed(kSlack, settings, SampleGroup());
    EXPECT_EQ(sent.url, "https://slack.com/api/chat.postMessage");
    EXPECT_EQ(sent.headers[1], NamedText("Authorization", "Bearer xoxb-1"));
    EXPECT_EQ(sent.body.find(R"({"channel":"C1","text":")"), 0U);
}

TEST(SlackTest, WantsAWebhookOrABot) {
    EXPECT_FALSE(CheckSettings(kSlack, {}).Ok());
    EXPECT_FALSE(CheckSettings(kSlack, {{"token", "xoxb-1"}}).Ok());
    EXPECT_FALSE(CheckSettings(kSlack, {{"url", "ftp://a"}}).Ok());
}

TEST(SlackTest, ReadsWhatTheApiSaysWithStatus200) {
    EXPECT_EQ(kSlack.read({.status = 200, .body = "ok"}).outcome, Outcome::kDelivered);
    EXPECT_EQ(kSlack.read({.status = 200, .body = R"({"ok":true})"}).outcome, Outcome::kDelivered);
    const Verdict gone = kSlack.read({.status = 200, .body = R"({"ok":false,"error":"x"})"});
    EXPECT_EQ(gone.outcome, Outcome::kRefused);
    EXPECT_EQ(gone.why, "x");
    const Verdict later =
        kSlack.read({.status = 200, .body = R"({"ok":false,"error":"ratelimited"})"});
    EXPECT_EQ(later.outcome, Outcome::kRetry);
    EXPECT_EQ(kSlack.read({.status = 404, .body = "no_service"}).outcome, Outcome::kRefused);
}

}  // namespace
}  // namespace sightglass::notify
