#include "prices/match.h"

#include <gtest/gtest.h>

namespace sightglass::prices {
namespace {

bool Accepts(std::string_view rule, std::string_view name) {
    const Result<Match> match = Match::Parse(rule);
    EXPECT_TRUE(match.Ok()) << rule;
    return match.Ok() && match->Accepts(name);
}

TEST(MatchTest, EveryKindOfRule) {
    EXPECT_TRUE(Accepts("=gpt-4o", "gpt-4o"));
    EXPECT_FALSE(Accepts("=gpt-4o", "gpt-4o-mini"));
    EXPECT_TRUE(Accepts("^gpt-", "gpt-4o"));
    EXPECT_FALSE(Accepts("^gpt-", "a-gpt-4o"));
    EXPECT_TRUE(Accepts("$-preview", "o1-preview"));
    EXPECT_FALSE(Accepts("$-preview", "o1-preview-2"));
    EXPECT_TRUE(Accepts("*claude", "us.anthropic.claude-3"));
    EXPECT_FALSE(Accepts("*claude", "gemini"));
    EXPECT_TRUE(Accepts("~m-####-##", "m-2024-08"));
    EXPECT_FALSE(Accepts("~m-####-##", "m-2024-0x"));
    EXPECT_FALSE(Accepts("~m-####-##", "m-2024-08-06"));
    EXPECT_TRUE(Accepts("~m-##*", "m-2024-08-06"));
    EXPECT_FALSE(Accepts("~m-##*", "m-2"));
}

TEST(MatchTest, RulesNest) {
    EXPECT_TRUE(Accepts("|2 =a =b", "b"));
    EXPECT_FALSE(Accepts("|2 =a =b", "c"));
    EXPECT_TRUE(Accepts("&2 ^a $z", "a-z"));
    EXPECT_FALSE(Accepts("&2 ^a $z", "a-y"));
    EXPECT_TRUE(Accepts("&2 ^gemini ! |2 $-tts *-tts-", "gemini-pro"));
    EXPECT_FALSE(Accepts("&2 ^gemini ! |2 $-tts *-tts-", "gemini-pro-tts"));
    EXPECT_TRUE(Accepts("|3 &2 ^a $b =c =d", "d")) << "what follows a nested rule is looked at too";
    EXPECT_FALSE(Match().Accepts(""));
}

TEST(MatchTest, WhatIsNoRuleIsRefused) {
    for (const std::string_view rule :
         {"",
          "gpt",
          "=",
          "|",
          "|0",
          "|2 =a",
          "|1 =a =b",
          "|x =a",
          "!",
          "! ! ! ! ! ! ! ! ! ! =a",
          "=a ",
          "|99999 =a"}) {
        EXPECT_FALSE(Match::Parse(rule).Ok()) << rule;
    }
}

}  // namespace
}  // namespace sightglass::prices
