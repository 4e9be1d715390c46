#include "codec/crc32c.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace sightglass::codec {
namespace {

/// The definition, bit by bit.
std::uint32_t BitByBit(std::string_view bytes) {
    std::uint32_t crc = ~0U;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
        }
    }
    return ~crc;
}

// Source: RFC 3720, appendix B.4.
TEST(Crc32cTest, GivesThePublishedChecksums) {
    EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAU);
    EXPECT_EQ(Crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
    EXPECT_EQ(Crc32c("123456789"), 0xE3069283U);
    EXPECT_EQ(Crc32c(""), 0U);
}

TEST(Crc32cTest, InstructionAndTableAgreeWithTheDefinitionAtEveryLength) {
    std::mt19937 random(7);
    std::string bytes;
    for (int length = 0; length < 200; ++length) {
        EXPECT_EQ(Crc32c(bytes), BitByBit(bytes)) << length;
        EXPECT_EQ(Crc32cByTable(bytes), BitByBit(bytes)) << length;
        bytes.push_back(static_cast<char>(random()));
    }
}

TEST(Crc32cTest, ContinuesFromASeed) {
    const std::string text = "what was said before, and what was said after";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::uint32_t first = Crc32c(std::string_view(text).substr(0, cut));
        EXPECT_EQ(Crc32c(std::string_view(text).substr(cut), first), Crc32c(text));
    }
}

}  // namespace
}  // namespace sightglass::codec
