#include "redact/known_secrets.h"

#include <gtest/gtest.h>

namespace sightglass::redact {
namespace {

std::string Without(std::initializer_list<std::string_view> secrets, std::string text) {
    KnownSecrets known;
    for (const std::string_view secret : secrets) {
        known.Add(secret);
    }
    known.RemoveFrom(text);
    return text;
}

TEST(KnownSecretsTest, TakesOutWhatItKnowsWhereverItStands) {
    EXPECT_EQ(Without({"my key 1"}, "my key 1"), "[secret]");
    EXPECT_EQ(
        Without({"hunter2hunter2"}, "no hunter2hunter2, xhunter2hunter2x"),
        "no [secret], x[secret]x"
    );
    EXPECT_EQ(Without({"aaaaaaaa"}, "aaaaaaaaaaaaaaaaaa"), "[secret][secret]aa");
    EXPECT_EQ(Without({"abcdefgh"}, "abcdefg"), "abcdefg");
    EXPECT_EQ(Without({}, "abcdefgh"), "abcdefgh");
}

TEST(KnownSecretsTest, TakesAShortOneOutWhereItStandsByItself) {
    EXPECT_EQ(Without({"ollama"}, "no key ollama."), "no key [secret].");
    EXPECT_EQ(Without({"ollama"}, "ollama-js x-ollama ollamas"), "ollama-js x-ollama ollamas");
    EXPECT_EQ(Without({"test"}, "\"test\""), "\"[secret]\"");
    EXPECT_EQ(Without({"x"}, "solve for x"), "solve for x") << "too short to be one";
}

TEST(KnownSecretsTest, LeavesNamesAloneThatAreShortKeysToo) {
    KnownSecrets known;
    known.Add("test");
    known.Add("test-test");
    std::string environment = "test";
    EXPECT_FALSE(known.RemoveLongFrom(environment));
    EXPECT_EQ(environment, "test");
    std::string service = "test-test";
    EXPECT_TRUE(known.RemoveLongFrom(service));
    EXPECT_EQ(service, "[secret]");
}

TEST(KnownSecretsTest, TakesTheLongerOneFirst) {
    EXPECT_EQ(
        Without({"abcdefgh", "abcdefgh-ijkl"}, "abcdefgh-ijkl abcdefgh"),
        "[secret] [secret]"
    );
}

TEST(KnownSecretsTest, ChangesNothingAgain) {
    const std::string once = Without({"secret", "abcdefgh"}, "secret abcdefgh");
    EXPECT_EQ(once, "secret [secret]");
    EXPECT_EQ(Without({"secret", "abcdefgh"}, once), once);
}

TEST(KnownSecretsTest, TakesOutTheBeginningOfOneThatWasCut) {
    KnownSecrets known;
    known.Add("abcdefgh-ijkl");
    for (const std::string cut : {"abcd", "abcdefgh", "abcdefgh-ijk", "abcdefgh-ijkl"}) {
        std::string text = "the key " + cut;
        EXPECT_TRUE(known.RemoveFromCut(text));
        EXPECT_EQ(text, "the key [secret]");
    }
    std::string other = "the key abc";
    EXPECT_FALSE(known.RemoveFromCut(other));
    KnownSecrets none;
    EXPECT_FALSE(none.RemoveFromCut(other));
}

TEST(KnownSecretsTest, ForgetsThemAll) {
    KnownSecrets known;
    known.Add("abcdefgh");
    EXPECT_FALSE(known.empty());
    known.Clear();
    EXPECT_TRUE(known.empty());
    std::string text = "abcdefgh";
    EXPECT_FALSE(known.RemoveFrom(text));
}

}  // namespace
}  // namespace sightglass::redact
