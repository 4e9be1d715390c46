#include "notify/email/email.h"

#include <gtest/gtest.h>

#include "codec/base64.h"
#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

const Settings kSettings{
    {"host", "mail.example.com"},
    {"from", "Sightglass <sg@example.com>"},
    {"to", "a@example.com, b@example.com"}};

OutgoingMail Mail(const Settings& settings, const NoticeGroup& group) {
    auto outgoing = kEmail.compose(settings, group, kSampleNow);
    return outgoing.Ok() ? std::get<OutgoingMail>(std::move(outgoing).value()) : OutgoingMail{};
}

/// The decoded part of that type.
std::string Part(const std::string& mail, std::string_view type) {
    std::size_t at = mail.find("Content-Type: " + std::string(type));
    at = mail.find("\r\n\r\n", at) + 4;
    std::string encoded = mail.substr(at, mail.find("--sightglass-", at) - at);
    std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
    std::string text;
    EXPECT_TRUE(codec::DecodeBase64(encoded, text));
    return text;
}

TEST(EmailTest, WritesPlainTextAndHtml) {
    ASSERT_TRUE(CheckSettings(kEmail, kSettings).Ok());
    const OutgoingMail mail = Mail(kSettings, SampleGroup());
    EXPECT_EQ(mail.port, 587);
    EXPECT_EQ(mail.from, "sg@example.com");
    EXPECT_EQ(mail.to, (std::vector<std::string>{"a@example.com", "b@example.com"}));
    EXPECT_EQ(
        mail.message.substr(0, mail.message.find("Message-ID")),
        "Date: Sun, 22 Nov 2026 19:04:00 +0000\r\nFrom: sg@example.com\r\n"
        "To: a@example.com,\r\n b@example.com\r\n"
        "Subject: Firing (critical): Errors of checkout\r\n"
    );
    EXPECT_EQ(
        Part(mail.message, "text/plain"),
        "Firing (critical): Errors of checkout\n\n12 % of calls <fail> & *more*\n"
        "error_rate: 12 %\nservice: checkout\nSeverity: critical\nMonitor: Error rate\n"
        "Since: 2026-11-22T19:00:00Z\n\nhttps://sg.example/ui/alerts/1\n"
    );
    const std::string html = Part(mail.message, "text/html");
    EXPECT_NE(html.find("12 % of calls &lt;fail&gt; &amp; *more*"), std::string::npos);
    EXPECT_NE(html.find("<a href=\"https://sg.example/ui/alerts/1\">"), std::string::npos);
}

TEST(EmailTest, NoLineIsLongAndNoTextBreaksAHeader) {
    NoticeGroup group = SampleStorm();
    group.title = "a\r\nBcc: evil@example.com " + std::string(300, 'x');
    const OutgoingMail mail = Mail(kSettings, group);
    std::size_t begin = 0;
    while (begin < mail.message.size()) {
        const std::size_t end = mail.message.find("\r\n", begin);
        ASSERT_NE(end, std::string::npos);
        EXPECT_LE(end - begin, 78U) << mail.message.substr(begin, end - begin);
        EXPECT_NE(mail.message.substr(begin, 4), "Bcc:");
        begin = end + 2;
    }
}

TEST(EmailTest, WordsAreInTheNoticesLanguage) {
    NoticeGroup group = SampleGroup(NoticeState::kResolved);
    group.notices[0].language = Language::kDutch;
    EXPECT_NE(
        Mail(kSettings, group).message.find("Subject: Opgelost (kritiek): Errors of checkout\r\n"),
        std::string::npos
    );
    group.notices[0].language = Language::kChinese;
    const std::string text = Part(Mail(kSettings, group).message, "text/plain");
    EXPECT_EQ(text.find("\u5df2\u6062\u590d (\u4e25\u91cd): Errors of checkout\n"), 0U) << text;
}

TEST(EmailTest, ARepeatHasTheSameMessageId) {
    const std::string once = Mail(kSettings, SampleGroup()).message;
    EXPECT_EQ(once, Mail(kSettings, SampleGroup()).message);
    NoticeGroup other = SampleGroup();
    other.id = "event-9";
    EXPECT_NE(once, Mail(kSettings, other).message);
}

TEST(EmailTest, RefusesWhatCouldNotWork) {
    const auto refused = [](std::string_view name, std::string value) {
        Settings settings = kSettings;
        settings[std::string(name)] = std::move(value);
        return !CheckSettings(kEmail, settings).Ok();
    };
    EXPECT_TRUE(refused("host", "a/b"));
    EXPECT_TRUE(refused("port", "70000"));
    EXPECT_TRUE(refused("security", "ssl"));
    EXPECT_TRUE(refused("from", "nobody"));
    EXPECT_TRUE(refused("to", "a@example.com,,"));
    EXPECT_TRUE(refused("to", "a@example.com>\nX: y"));
    Settings clear = kSettings;
    clear["security"] = "none";
    clear["password"] = "p";
    EXPECT_FALSE(CheckSettings(kEmail, clear).Ok());
}

TEST(EmailTest, ReadsCodesOfSmtp) {
    EXPECT_EQ(kEmail.read({.status = 250}).outcome, Outcome::kDelivered);
    EXPECT_EQ(kEmail.read({.status = 451, .failure = "x"}).outcome, Outcome::kRetry);
    EXPECT_EQ(kEmail.read({.status = 550, .failure = "x"}).outcome, Outcome::kRefused);
    EXPECT_EQ(kEmail.read({.failure = "Timeout was reached"}).outcome, Outcome::kRetry);
}

}  // namespace
}  // namespace sightglass::notify
