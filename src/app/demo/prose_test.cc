#include "app/demo/prose.h"

#include <set>

#include <gtest/gtest.h>

#include "app/demo/prompt.h"

namespace sightglass::demo {
namespace {

constexpr Language kLanguages[] = {
    Language::kEnglish,
    Language::kDutch,
    Language::kGerman,
    Language::kFrench,
    Language::kSpanish,
    Language::kChinese,
    Language::kJapanese,
};

TEST(ProseTest, TokensJoinedAreTheText) {
    Random random(7);
    for (const Language language : kLanguages) {
        const std::string text = Answer(language, Topic::kCare, 200, random);
        std::string joined;
        for (const std::string_view token : SplitIntoTokens(text)) {
            EXPECT_FALSE(token.empty());
            joined += token;
        }
        EXPECT_EQ(joined, text);
        EXPECT_EQ(CountTokens(text), SplitIntoTokens(text).size());
    }
}

TEST(ProseTest, TokensNeverEndInsideACharacter) {
    Random random(7);
    for (const Language language : kLanguages) {
        const std::string text = Answer(language, Topic::kCare, 200, random);
        for (const std::string_view token : SplitIntoTokens(text)) {
            EXPECT_NE(static_cast<unsigned char>(token.front()) & 0xC0U, 0x80U);
        }
    }
}

TEST(ProseTest, CutCharactersDoNotLeaveTheText) {
    const std::string text = "abc\xE4\xBD";  // The third byte is missing.
    std::size_t bytes = 0;
    for (const std::string_view token : SplitIntoTokens(text)) {
        bytes += token.size();
    }
    EXPECT_EQ(bytes, text.size());
}

TEST(ProseTest, AnswersAreAboutAsLongAsAsked) {
    Random random(3);
    const std::string text = Answer(Language::kEnglish, Topic::kCare, 300, random);
    EXPECT_GT(CountTokens(text), 270U);
    EXPECT_LT(CountTokens(text), 360U);
}

TEST(ProseTest, AnswersAreInTheLanguageOfTheQuestion) {
    Random random(5);
    for (const Language language : kLanguages) {
        std::string text;
        for (int i = 0; i < 4; ++i) {
            text += Question(language, Topic::kCare, random) + " ";
        }
        EXPECT_EQ(GuessLanguage(text), language) << text;
        EXPECT_EQ(GuessLanguage(Answer(language, Topic::kCare, 150, random)), language);
    }
}

TEST(ProseTest, InstructionsOfAServiceAreAlwaysTheSame) {
    EXPECT_EQ(Instructions("support-chat", 900), Instructions("support-chat", 900));
    EXPECT_NE(Instructions("support-chat", 900), Instructions("copywriter", 900));
}

}  // namespace
}  // namespace sightglass::demo
