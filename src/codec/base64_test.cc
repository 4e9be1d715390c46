#include "codec/base64.h"

#include <gtest/gtest.h>

namespace sightglass::codec {
namespace {

TEST(Base64Test, DecodesTheStandardsExamples) {
    const std::string_view foobar = "foobar";
    const std::string_view texts[] =
        {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (std::size_t size = 0; size < std::size(texts); ++size) {
        std::string out = "before ";
        EXPECT_TRUE(DecodeBase64(texts[size], out)) << texts[size];
        EXPECT_EQ(out, "before " + std::string(foobar.substr(0, size)));
    }
}

TEST(Base64Test, EveryByteComesThroughAndPaddingMayBeMissing) {
    std::string out;
    EXPECT_TRUE(DecodeBase64("AP+/", out));
    EXPECT_EQ(out, std::string("\0\xFF\xBF", 3));
    out.clear();
    EXPECT_TRUE(DecodeBase64("Zg", out));
    EXPECT_EQ(out, "f");
}

TEST(Base64Test, WhatIsNotBase64AppendsNothing) {
    for (const std::string_view text : {"Z", "Zm9v!", "Zm 9", "====", "Zg==Zg==", "Zm9v\n"}) {
        std::string out = "kept";
        EXPECT_FALSE(DecodeBase64(text, out)) << text;
        EXPECT_EQ(out, "kept");
    }
}

}  // namespace
}  // namespace sightglass::codec
