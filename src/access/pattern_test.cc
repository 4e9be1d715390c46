#include "access/pattern.h"

#include <gtest/gtest.h>

namespace sightglass::access {
namespace {

TEST(PatternTest, StarsAndQuestionMarks) {
    EXPECT_TRUE(MatchesPattern("gpt-4o", "gpt-4o"));
    EXPECT_FALSE(MatchesPattern("gpt-4o", "gpt-4o-mini"));
    EXPECT_TRUE(MatchesPattern("gpt-4o*", "gpt-4o-mini"));
    EXPECT_TRUE(MatchesPattern("*-mini", "gpt-4o-mini"));
    EXPECT_TRUE(MatchesPattern("*4o*", "gpt-4o-mini"));
    EXPECT_FALSE(MatchesPattern("*4o", "gpt-4o-mini"));
    EXPECT_TRUE(MatchesPattern("o?", "o3"));
    EXPECT_FALSE(MatchesPattern("o?", "o"));
    EXPECT_TRUE(MatchesPattern("*", ""));
    EXPECT_TRUE(MatchesPattern("", ""));
    EXPECT_FALSE(MatchesPattern("", "x"));
    EXPECT_TRUE(MatchesPattern("a*b*c", "a-b-b-c-c"));
}

TEST(PatternTest, ManyStarsEndSoon) {
    std::string pattern;
    for (int i = 0; i < 100; ++i) {
        pattern += "*a";
    }
    EXPECT_FALSE(MatchesPattern(pattern + "b", std::string(10'000, 'a')));
}

TEST(PatternTest, OneOfMany) {
    EXPECT_TRUE(MatchesAny({"o3", "gpt-*"}, "gpt-4o"));
    EXPECT_FALSE(MatchesAny({"o3", "gpt-*"}, "claude"));
    EXPECT_FALSE(MatchesAny({}, "claude"));
}

}  // namespace
}  // namespace sightglass::access
