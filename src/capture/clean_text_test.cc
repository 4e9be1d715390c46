#include "capture/clean_text.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "redact/redact.h"

namespace sightglass::capture {
namespace {

/// Texts with secrets in all the places where a run of characters can begin and end.
std::vector<std::string> SecretTexts() {
    const std::vector<std::string> secrets{
        "sk-Ab1Cd2Ef3Gh4Ij5Kl",
        "sk-proj-Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8",
        "AKIAABCDEFGHIJKLMNOP",
        "ghp_0123456789abcdefghijABCDEFGHIJ",
        "Bearer abcdefghijkl",
        "token abcdefghijklmn",
        "https://user:pw@host/",
        "password=hunter2hunter2",
        "api_key: abcdefgh1234",
        "/v1/x?key=abcdefgh",
        "-----BEGIN PRIVATE KEY-----",
    };
    std::vector<std::string> texts;
    for (const std::string& secret : secrets) {
        for (std::size_t before = 0; before < 20; ++before) {
            texts.push_back(std::string(before, 'a') + " " + secret);
            texts.push_back(std::string(before, ' ') + secret + " and more of it");
            texts.push_back("\"" + std::string(before, '-') + "\":\"" + secret + "\"");
        }
    }
    return texts;
}

TEST(MayHoldSecretTest, IsTrueWhereverADetectorFindsOne) {
    int found = 0;
    for (const std::string& text : SecretTexts()) {
        std::string cleaned = text;
        if (redact::RemoveSecrets(cleaned)) {
            ++found;
            EXPECT_TRUE(MayHoldSecret(text)) << text;
        }
    }
    EXPECT_GT(found, 300);
}

TEST(MayHoldSecretTest, IsTrueOfRandomTextsWhereverADetectorFindsOne) {
    std::mt19937 random(7);
    const std::string_view alphabet = "ab1Z-_ .:/=@\"&?sk";
    for (int i = 0; i < 200'000; ++i) {
        std::string text;
        const std::size_t size = random() % 48;
        while (text.size() < size) {
            text += alphabet[random() % alphabet.size()];
        }
        if (i % 4 == 0) {
            text.insert(random() % (text.size() + 1), "sk-");
        }
        std::string cleaned = text;
        if (redact::RemoveSecrets(cleaned)) {
            ASSERT_TRUE(MayHoldSecret(text)) << text;
        }
    }
}

TEST(MayHoldSecretTest, IsFalseOfWhatStandsInOrdinaryCalls) {
    for (const std::string_view text :
         {"application/json",
          "text/event-stream; charset=utf-8",
          "OpenAI/JS 7.57.0",
          "gzip, deflate, br, zstd"}) {
        EXPECT_FALSE(MayHoldSecret(text)) << text;
    }
}

TEST(CleanTextTest, RemovesSecretsAndMendsUtf8) {
    std::string text = "key sk-proj-Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8 \xff";
    CleanText(text);
    EXPECT_EQ(text, "key [secret] \xEF\xBF\xBD");
    CleanText(text);
    EXPECT_EQ(text, "key [secret] \xEF\xBF\xBD") << "and nothing more the second time";
}

TEST(CleanTextTest, CutsWhatIsTooLong) {
    std::string text(100'000, ' ');
    CleanText(text);
    EXPECT_EQ(text.size(), 8192U);
}

TEST(CleanTextTest, KeepsIdentifiers) {
    for (const std::string_view id :
         {"chatcmpl-Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9",
          "resp_0123456789abcdef0123456789abcdef",
          "req_0123456789abcdef0123456789abcdef",
          "018f3b5e-7c1a-7f00-9a3e-0123456789ab",
          "gpt-4o-mini-2024-07-18"}) {
        std::string text(id);
        CleanText(text);
        EXPECT_EQ(text, id);
    }
    std::string sneaky = "req_sk-proj-Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8";
    CleanText(sneaky);
    EXPECT_EQ(sneaky.find("Ab1Cd2"), std::string::npos);
}

TEST(CleanTextTest, DoesNotMistakeASecretForATextSeenBefore) {
    // The two have the same size, the same first and the same last eight characters.
    std::string clean = "aaaaaaaa bbbbbbbbbbbbbbbbbbbbbbb zzzzzzzz";
    std::string secret = "aaaaaaaa sk-Ab1Cd2Ef3Gh4Ij5Kl6Mn zzzzzzzz";
    ASSERT_EQ(clean.size(), secret.size());
    CleanText(clean);
    CleanText(secret);
    EXPECT_EQ(secret, "aaaaaaaa [secret] zzzzzzzz");
}

TEST(CleanEndpointTest, KeepsPathsAndDropsQueries) {
    std::string endpoint = "/v1/chat/completions?key=abcdefgh";
    CleanEndpoint(endpoint);
    EXPECT_EQ(endpoint, "/v1/chat/completions");
    endpoint = "/v1/users/someone@example.com/x";
    CleanEndpoint(endpoint);
    EXPECT_EQ(endpoint, "/v1/users/[email]/x");
}

TEST(CleanAnswerTest, TakesPersonalDataOutOfErrors) {
    Call call;
    call.error_message = "no access for jan@example.org";
    call.usage = R"({"note":"sk-proj-Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8"})";
    CleanAnswer(call);
    EXPECT_EQ(call.error_message, "no access for [email]");
    EXPECT_EQ(call.usage, R"({"note":"[secret]"})");
}

}  // namespace
}  // namespace sightglass::capture
