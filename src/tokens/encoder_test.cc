#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "tokens/reference_encoder.h"
#include "tokens/tokens.h"

namespace sightglass::tokens {
namespace {

using testing::ElementsAre;

std::vector<TokenId> IdsOf(Encoding encoding, std::string_view text) {
    Encoder encoder(encoding);
    std::vector<TokenId> ids;
    encoder.Encode(text, ids);
    EXPECT_EQ(encoder.Count(text), ids.size());
    return ids;
}

TEST(EncoderTest, GivesThePublishedIds) {
    const auto cl100k = [](std::string_view text) { return IdsOf(Encoding::kCl100kBase, text); };
    EXPECT_THAT(cl100k("tiktoken is great!"), ElementsAre(83, 1609, 5963, 374, 2294, 0));
    EXPECT_THAT(
        cl100k("antidisestablishmentarianism"),
        ElementsAre(519, 85342, 34500, 479, 8997, 2191)
    );
    EXPECT_THAT(cl100k("2 + 2 = 4"), ElementsAre(17, 489, 220, 17, 284, 220, 19));
    EXPECT_THAT(
        cl100k("\u304a\u8a95\u751f\u65e5\u304a\u3081\u3067\u3068\u3046"),
        ElementsAre(33334, 45918, 243, 21990, 9080, 33334, 62004, 16556, 78699)
    );
    EXPECT_THAT(
        cl100k("Hello   world\n\n  it's 12345 DON'T  "),
        ElementsAre(9906, 256, 1917, 271, 220, 433, 596, 220, 4513, 1774, 45373, 17773, 256)
    );
}

TEST(EncoderTest, GivesThePublishedIdsOfTheOldEncodings) {
    EXPECT_THAT(IdsOf(Encoding::kR50kBase, "2 + 2 = 4"), ElementsAre(17, 1343, 362, 796, 604));
    EXPECT_THAT(IdsOf(Encoding::kP50kBase, "2 + 2 = 4"), ElementsAre(17, 1343, 362, 796, 604));
}

TEST(EncoderTest, GivesThePublishedIdsOfO200k) {
    for (const Encoding encoding : {Encoding::kO200kBase, Encoding::kO200kHarmony}) {
        EXPECT_THAT(
            IdsOf(encoding, "tiktoken is great!"),
            ElementsAre(83, 8251, 2488, 382, 2212, 0)
        );
        EXPECT_THAT(
            IdsOf(encoding, "\u304a\u8a95\u751f\u65e5\u304a\u3081\u3067\u3068\u3046"),
            ElementsAre(8930, 9697, 243, 128225, 8930, 17693, 4344, 48669)
        );
        EXPECT_THAT(
            IdsOf(encoding, "Hello   world\n\n  it's 12345 DON'T  "),
            ElementsAre(13225, 256, 2375, 279, 220, 4275, 220, 7633, 2548, 153384, 256)
        );
    }
}

TEST(EncoderTest, TakesSpecialTokensInATextForText) {
    EXPECT_THAT(
        IdsOf(Encoding::kCl100kBase, "<|endoftext|>"),
        ElementsAre(27, 91, 8862, 728, 428, 91, 29)
    );
    EXPECT_THAT(
        IdsOf(Encoding::kO200kBase, "<|endoftext|>"),
        ElementsAre(27, 91, 419, 1440, 919, 91, 29)
    );
}

TEST(EncoderTest, CountsBytesThatAreNotUtf8AsReplacementCharacters) {
    for (const std::string_view raw :
         {"\xff",
          "a\xc3",
          "\xed\xa0\x80 x",
          "\xf4\x90\x80\x80",
          "\xc0\x80",
          "ok\xe2\x82",
          "\x80 a long tail of text"}) {
        std::string mended(raw);
        ASSERT_TRUE(MakeValidUtf8(mended));
        EXPECT_EQ(IdsOf(Encoding::kO200kBase, raw), IdsOf(Encoding::kO200kBase, mended));
    }
}

TEST(EncoderTest, HasNoTokensForAnEmptyText) {
    for (const Encoding encoding : Encodings()) {
        EXPECT_THAT(IdsOf(encoding, ""), ElementsAre());
    }
}

TEST(EncoderTest, AppendsToWhatIsThere) {
    Encoder encoder(Encoding::kO200kBase);
    std::vector<TokenId> ids = {7};
    encoder.Encode("!", ids);
    EXPECT_THAT(ids, ElementsAre(7, 0));
}

// clang-format off
const char* const kParts[] = {
    "a",
    "b",
    "the",
    "Hello",
    " world",
    "ING",
    "iPhone",
    " X",
    "'s",
    "'S",
    "'\u017f",
    "'ll",
    "'RE",
    "'",
    "'d've",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\n\n ",
    "\u00a0",
    "\u3000",
    "\u2028",
    "0",
    "12",
    "3456789",
    "\u0664\u0665",
    "\u00bd",
    ".",
    ",",
    "!!",
    "/",
    "//\n",
    "=>",
    "{\"",
    "\":",
    "-----",
    "\u0301",
    "e\u0301",
    "\u0345",
    "\u01c5",
    "\u02b0",
    "\u00e9",
    "\u00c9t\u00e9",
    "\u4e2d\u6587",
    "\u5b57",
    "\u3072\u3089",
    "\ud55c\uad6d\uc5b4",
    "\u0627\u0644\u0639",
    "\u0939\u093f\u0928\u094d\u0926\u0940",
    "\u0e44\u0e17\u0e22",
    "\U0001F600",
    "\U0001F468\u200d\U0001F469",
    "\u20ac",
    "\U0001D400",
    "\U00010400",
    "\u0410\u0411\u0430",
    "SSSS",
    "aaaaaaaa",
    "________",
    "        ",
    "\xef\xbf\xbd"};

// clang-format on

/// Texts in which everything that the patterns tell apart meets everything else.
std::string RandomText(std::mt19937& random, std::size_t parts) {
    std::uniform_int_distribution<std::size_t> pick(0, std::size(kParts) - 1);
    std::string text;
    for (std::size_t i = 0; i < parts; ++i) {
        text += kParts[pick(random)];
    }
    return text;
}

class ReferenceTest : public testing::TestWithParam<Encoding> {};

INSTANTIATE_TEST_SUITE_P(
    All,
    ReferenceTest,
    testing::Values(
        Encoding::kO200kBase,
        Encoding::kCl100kBase,
        Encoding::kP50kBase,
        Encoding::kR50kBase
    ),
    [](const auto& one) { return std::string(ToString(one.param)); }
);

TEST_P(ReferenceTest, AgreesOnTextsOfEveryKind) {
    std::mt19937 random(20261122);
    const ReferenceEncoder reference(GetParam());
    Encoder encoder(GetParam());
    for (int i = 0; i < 3000; ++i) {
        const std::string text = RandomText(random, 1 + static_cast<std::size_t>(i % 60));
        std::vector<TokenId> ids;
        encoder.Encode(text, ids);
        ASSERT_EQ(ids, reference.Encode(text)) << EscapeForDisplay(text);
    }
}

TEST_P(ReferenceTest, AgreesOnRandomCharacters) {
    std::mt19937 random(7);
    const ReferenceEncoder reference(GetParam());
    Encoder encoder(GetParam());
    for (int i = 0; i < 2000; ++i) {
        std::string text(1 + static_cast<std::size_t>(i % 120), '\0');
        // From ASCII alone to any byte.
        const unsigned mask = i % 3 == 0 ? 0x7F : 0xFF;
        for (char& c : text) {
            c = static_cast<char>(random() & mask);
        }
        MakeValidUtf8(text);
        std::vector<TokenId> ids;
        encoder.Encode(text, ids);
        ASSERT_EQ(ids, reference.Encode(text)) << EscapeForDisplay(text);
    }
}

TEST_P(ReferenceTest, AgreesOnLongWords) {
    std::mt19937 random(3);
    const ReferenceEncoder reference(GetParam());
    Encoder encoder(GetParam());
    for (const std::string_view letters :
         {"a", "ab", "abcdefghijklmnopqrstuvwxyz", "eeeeettaaonis", "ACGT"}) {
        std::string word;
        for (int i = 0; i < 1500; ++i) {
            word += letters[random() % letters.size()];
        }
        std::vector<TokenId> ids;
        encoder.Encode(word, ids);
        ASSERT_EQ(ids, reference.Encode(word)) << letters;
    }
}

TEST_P(ReferenceTest, AgreesOnLongRunsOfOneCharacter) {
    const ReferenceEncoder reference(GetParam());
    Encoder encoder(GetParam());
    for (const std::string_view letter :
         {"a", "W", "-", "=", "/", "#", " ", "\n", "7", "\u00e9", "\u7684", "\U0001F600"}) {
        for (const std::size_t size : {1023U, 1024U, 1087U, 1151U, 1500U}) {
            std::string run;
            while (run.size() < size) {
                run += letter;
            }
            std::vector<TokenId> ids;
            encoder.Encode(run, ids);
            ASSERT_EQ(ids, reference.Encode(run)) << letter << " " << size;
        }
    }
}

}  // namespace
}  // namespace sightglass::tokens
