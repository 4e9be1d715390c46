#include "notify/telegram/telegram.h"

#include <gtest/gtest.h>

#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

const Settings kSettings{{"token", "123:AB-c"}, {"chat_id", "-100"}};

TEST(TelegramTest, WritesHtml) {
    ASSERT_TRUE(CheckSettings(kTelegram, kSettings).Ok());
    const OutgoingRequest sent = Composed(kTelegram, kSettings, SampleGroup());
    EXPECT_EQ(sent.url, "https://api.telegram.org/bot123:AB-c/sendMessage");
    EXPECT_EQ(
        sent.body,
        R"({"chat_id":"-100","text":"<b>Firing (critical): Errors of checkout</b>\n12 % of calls &lt;fail&gt; &amp; *more*\n)"
        R"(<b>error_rate:</b> 12 %\n<b>service:</b> checkout\n<b>Severity:</b> critical\n<b>Monitor:</b> Error rate\n<b>Since:</b> 2026-11-22T19:00:00Z\n)"
        R"(<a href=\"https://sg.example/ui/alerts/1\">Open in Sightglass</a>",)"
        R"("parse_mode":"HTML","disable_web_page_preview":true})"
    );
}

TEST(TelegramTest, ATokenCannotLeaveItsPlaceInThePath) {
    EXPECT_FALSE(CheckSettings(kTelegram, {{"token", "a/../b"}, {"chat_id", "1"}}).Ok());
}

TEST(TelegramTest, ALimitSaysWhenToComeBack) {
    const Verdict verdict =
        kTelegram.read({.status = 429, .body = R"({"ok":false,"parameters":{"retry_after":7}})"});
    EXPECT_EQ(verdict.retry_after, std::chrono::seconds(7));
    EXPECT_EQ(kTelegram.read({.status = 403}).outcome, Outcome::kRefused);
}

}  // namespace
}  // namespace sightglass::notify
