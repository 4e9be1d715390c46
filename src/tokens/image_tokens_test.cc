#include "tokens/image_tokens.h"

#include <gtest/gtest.h>

namespace sightglass::tokens {
namespace {

constexpr auto kHigh = ImageDetail::kHigh;

TEST(ImageTokensTest, CountsTilesAsOpenAisPageDoes) {
    EXPECT_EQ(ImageTokens("gpt-4o", {1024, 1024}, kHigh), 765);
    EXPECT_EQ(ImageTokens("gpt-4o", {2048, 4096}, kHigh), 1105);
    EXPECT_EQ(ImageTokens("gpt-4o", {4096, 8192}, ImageDetail::kLow), 85);
    EXPECT_EQ(ImageTokens("gpt-4o-mini-2024-07-18", {1024, 1024}, kHigh), 2833 + 4 * 5667);
    EXPECT_EQ(ImageTokens("o1", {512, 512}, kHigh), 225);
    EXPECT_EQ(ImageTokens("gpt-5", {512, 512}, kHigh), 210);
}

TEST(ImageTokensTest, CountsPatchesAsOpenAisPageDoes) {
    EXPECT_EQ(ImageTokens("gpt-4.1-mini", {1024, 1024}, kHigh), 1659);  // 1024 x 1.62, rounded up.
    EXPECT_EQ(ImageTokens("gpt-4.1-mini", {1800, 2400}, kHigh), 2353);  // 1452 x 1.62, rounded up.
    EXPECT_EQ(ImageTokens("openai/o4-mini", {32, 32}, kHigh), 2);
}

TEST(ImageTokensTest, CountsPixelsForAnthropicAndTilesForGemini) {
    EXPECT_EQ(ImageTokens("claude-sonnet-4-5", {1092, 1092}, kHigh), 1590);
    EXPECT_EQ(ImageTokens("claude-sonnet-4-5", {8000, 8000}, kHigh), 1600);
    EXPECT_EQ(ImageTokens("gemini-2.5-flash", {384, 384}, kHigh), 258);
    EXPECT_EQ(ImageTokens("gemini-2.5-flash", {1536, 769}, kHigh), 4 * 258);
}

TEST(ImageTokensTest, KnowsNothingOfOtherModelsAndSizes) {
    EXPECT_EQ(ImageTokens("llama-3.2-vision", {512, 512}, kHigh), std::nullopt);
    EXPECT_EQ(ImageTokens("gpt-4o", {0, 512}, kHigh), std::nullopt);
    EXPECT_EQ(ImageTokens("gpt-4o", {512, -1}, kHigh), std::nullopt);
    EXPECT_EQ(ImageTokens("gpt-4o", {INT64_MAX, INT64_MAX}, kHigh), std::nullopt);
}

}  // namespace
}  // namespace sightglass::tokens
