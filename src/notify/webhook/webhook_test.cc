#include "notify/webhook/webhook.h"

#include <gtest/gtest.h>

#include "notify/notice_json.h"
#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

Settings With(std::string body, std::string type) {
    return {
        {"url", "https://a/hook"},
        {"secret", "hook-key"},
        {"template", std::move(body)},
        {"content_type", std::move(type)}};
}

TEST(WebhookTest, SignsTimeAndBody) {
    const OutgoingRequest sent = Composed(kWebhook, With("{{title}}", "text/plain"), SampleGroup());
    EXPECT_EQ(sent.body, "Errors of checkout");
    const std::vector<NamedText> expected{
        {"Content-Type", "text/plain"},
        {"Idempotency-Key", "event-1"},
        {"X-Timestamp", "1795374240"},
        // Computed with Python's hmac.
        {"X-Signature", "sha256=c47a4b089287eb9bdc231805676e30607c8462387eebc26f74271817e5c4cf79"},
    };
    EXPECT_EQ(sent.headers, expected);
}

TEST(WebhookTest, ItsOwnBodyReadsBackAsTheGroup) {
    const NoticeGroup group = SampleGroup(NoticeState::kResolved);
    const OutgoingRequest sent = Composed(kWebhook, {{"url", "https://a/hook"}}, group);
    const auto read = ReadGroup(sent.body);
    ASSERT_TRUE(read.Ok());
    EXPECT_EQ(*read, group);
    EXPECT_EQ(sent.headers.size(), 2U);
}

TEST(WebhookTest, NoValueLeavesItsPlaceInATemplate) {
    NoticeGroup group = SampleGroup();
    group.notices[0].title = R"(", "admin": "yes)";
    const Settings json = With(
        R"({"t":"{{ title }}","s":"{{label.service}}","n":"{{label.none}}"})",
        "application/json"
    );
    ASSERT_TRUE(CheckSettings(kWebhook, json).Ok());
    EXPECT_EQ(
        Composed(kWebhook, json, group).body,
        R"({"t":"\", \"admin\": \"yes","s":"checkout","n":""})"
    );
    const Settings form = With("t={{title}}", "application/x-www-form-urlencoded");
    EXPECT_EQ(Composed(kWebhook, form, group).body, "t=%22%2C%20%22admin%22%3A%20%22yes");
}

TEST(WebhookTest, AnUnknownPlaceholderIsRefused) {
    const Status unknown = CheckSettings(kWebhook, With("{{titel}}", ""));
    ASSERT_FALSE(unknown.Ok());
    EXPECT_NE(unknown.error().message.find("{{titel}} is unknown"), std::string::npos);
    EXPECT_FALSE(CheckSettings(kWebhook, With("{{title", "")).Ok());
    EXPECT_FALSE(CheckSettings(kWebhook, {{"url", "https://a"}, {"colour", "red"}}).Ok());
    EXPECT_FALSE(
        CheckSettings(kWebhook, {{"url", "https://a"}, {"authorization", "a\r\nb: c"}}).Ok()
    );
}

TEST(WebhookTest, ReadsStatuses) {
    EXPECT_EQ(kWebhook.read({.status = 204}).outcome, Outcome::kDelivered);
    EXPECT_EQ(kWebhook.read({.status = 302}).outcome, Outcome::kRefused);
    EXPECT_EQ(kWebhook.read({.status = 410}).outcome, Outcome::kRefused);
    EXPECT_EQ(kWebhook.read({.status = 503}).outcome, Outcome::kRetry);
    EXPECT_EQ(kWebhook.read({.failure = "Timeout was reached"}).outcome, Outcome::kRetry);
    EXPECT_EQ(kWebhook.read({.failure = "no", .forbidden = true}).outcome, Outcome::kRefused);
    const Verdict later = kWebhook.read({.status = 429, .retry_after = std::chrono::seconds(3)});
    EXPECT_EQ(later.retry_after, std::chrono::seconds(3));
}

}  // namespace
}  // namespace sightglass::notify
