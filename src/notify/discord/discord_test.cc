#include "notify/discord/discord.h"

#include <gtest/gtest.h>

#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

TEST(DiscordTest, WritesAnEmbedThatCallsNobody) {
    const OutgoingRequest sent =
        Composed(kDiscord, {{"url", "https://discord.com/api/webhooks/1/t"}}, SampleGroup());
    EXPECT_EQ(
        sent.body,
        R"({"embeds":[{"title":"Firing (critical): Errors of checkout","description":"12 % of calls \\<fail\\> & \\*more\\*\n)"
        R"(**error\\_rate:** 12 %\n**service:** checkout\n**Severity:** critical\n**Monitor:** Error rate\n**Since:** 2026-11-22T19:00:00Z",)"
        R"("url":"https://sg.example/ui/alerts/1","color":13840175,"footer":{"text":"Sightglass"},)"
        R"("timestamp":"2026-11-22T19:00:00Z"}],"allowed_mentions":{"parse":[]}})"
    );
}

TEST(DiscordTest, ALimitSaysWhenToComeBack) {
    const Verdict verdict =
        kDiscord.read({.status = 429, .body = R"({"retry_after":0.25,"global":false})"});
    EXPECT_EQ(verdict.outcome, Outcome::kRetry);
    EXPECT_EQ(verdict.retry_after, std::chrono::milliseconds(250));
    EXPECT_EQ(kDiscord.read({.status = 204}).outcome, Outcome::kDelivered);
}

}  // namespace
}  // namespace sightglass::notify
