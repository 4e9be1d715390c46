#include "store/duckdb/text_pieces.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string Joined(std::string_view text) {
    std::string joined;
    for (const std::string_view piece : PiecesOf(text)) {
        joined += piece;
    }
    return joined;
}

TEST(TextPiecesTest, CutsBetweenMessages) {
    EXPECT_THAT(
        PiecesOf(R"({"messages":[{"role":"user"}, {"a":{"b":[{}]}}],"n":1})"),
        ElementsAre(
            R"({"messages":[)",
            R"({"role":"user"})",
            R"(, {"a":{"b":[{}]}})",
            R"(],"n":1})"
        )
    );
    EXPECT_THAT(
        PiecesOf(R"([{"a":1},{"b":2}])"),
        ElementsAre("[", R"({"a":1})", R"(,{"b":2})", "]")
    );
}

TEST(TextPiecesTest, AConversationThatHasGrownBeginsWithTheSamePieces) {
    const auto before = PiecesOf(R"({"messages":[{"m":"[{"},{"m":"}\"]"}]})");
    const auto after = PiecesOf(R"({"messages":[{"m":"[{"},{"m":"}\"]"},{"m":"more"}]})");
    ASSERT_EQ(before.size(), 4U);
    ASSERT_EQ(after.size(), 5U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(before[i], after[i]);
    }
}

TEST(TextPiecesTest, LongStringsAreByThemselves) {
    const std::string text(kLongStringBytes, 'x');
    EXPECT_THAT(
        PiecesOf(R"({"instructions":")" + text + R"(","n":1})"),
        ElementsAre(R"({"instructions":")", text, R"(","n":1})")
    );
}

TEST(TextPiecesTest, WhatIsNoDocumentIsOnePiece) {
    EXPECT_THAT(PiecesOf(""), IsEmpty());
    EXPECT_THAT(PiecesOf("[note] {"), ElementsAre("[note] {"));
    EXPECT_THAT(PiecesOf("What is [{a}]?"), ElementsAre("What is [{a}]?"));
}

TEST(TextPiecesTest, LosesNothingOfDamagedDocuments) {
    for (const std::string text :
         {R"({"a":[{"b":"c\)", R"(}}]]{[{}{"a")", R"({"messages":[{"role":"us)", "[[[[[{}", "{"}) {
        EXPECT_EQ(Joined(text), text);
    }
    std::string many = "[";
    for (std::size_t i = 0; i < 2 * kPiecesMax; ++i) {
        many += "{},";
    }
    EXPECT_EQ(Joined(many), many);
    EXPECT_EQ(PiecesOf(many).size(), kPiecesMax);
}

}  // namespace
}  // namespace sightglass::store
