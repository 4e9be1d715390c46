#include "codec/compression.h"

#include <zlib.h>
#include <zstd.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::codec {
namespace {

constexpr std::size_t kBound = 1U << 20;

std::string Deflate(std::string_view text, int window_bits) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
    std::string out(text.size() + 1024, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

std::string Zstd(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

std::string FromHex(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    return out;
}

struct Sample {
    std::string encoding;
    std::string text;
    std::string bytes;
};

std::vector<Sample> Samples() {
    std::string text;
    for (int i = 0; i < 3000; ++i) {
        text += "data: {\"n\":" + std::to_string(i * 7919 % 1000) + "}\n\n";
    }
    // Made by node's zlib.brotliCompressSync.
    const std::string brotli = "1b3400f8a541585ce8c0440e1c82b60ea0ef0188b003216e0c7f995101";
    return {
        {"gzip", text, CompressGzip(text)},
        {"X-GZIP", text, Deflate(text.substr(0, 100), 31) + Deflate(text.substr(100), 31)},
        {"deflate", text, Deflate(text, 15)},
        {" deflate ", text, Deflate(text, -15)},
        {"zstd", text, Zstd(text)},
        {"zstd", text, Zstd(text.substr(0, 500)) + Zstd(text.substr(500))},
        {"br", "The same words, the same words, the same words again.", FromHex(brotli)},
        {"identity", text, text},
        {"", text, text},
    };
}

TEST(CompressionTest, DecodesWholeTexts) {
    for (const Sample& sample : Samples()) {
        const Result<std::string> decoded = Decode(sample.encoding, sample.bytes, kBound);
        ASSERT_TRUE(decoded.Ok()) << sample.encoding << ": " << decoded.error().message;
        EXPECT_EQ(*decoded, sample.text) << sample.encoding;
    }
}

TEST(CompressionTest, DecodesByteByByte) {
    for (const Sample& sample : Samples()) {
        const auto decoder = NewDecoder(sample.encoding, kBound);
        std::string out;
        for (const char c : sample.bytes) {
            ASSERT_TRUE(decoder->Feed({&c, 1}, out).Ok()) << sample.encoding;
        }
        EXPECT_EQ(out, sample.text) << sample.encoding;
        EXPECT_TRUE(decoder->Complete()) << sample.encoding;
    }
}

TEST(CompressionTest, OutputIsBoundedAndKeepsWhatFits) {
    for (const Sample& sample : Samples()) {
        const auto decoder = NewDecoder(sample.encoding, 37);
        std::string out;
        EXPECT_EQ(decoder->Feed(sample.bytes, out).error().code, ErrorCode::kTooLarge);
        EXPECT_EQ(out, sample.text.substr(0, 37)) << sample.encoding;
        EXPECT_EQ(decoder->Feed("more", out).error().code, ErrorCode::kTooLarge);
        EXPECT_EQ(out.size(), 37U);
    }
}

TEST(CompressionTest, ExactlyTheBoundIsAllowed) {
    for (const Sample& sample : Samples()) {
        EXPECT_TRUE(Decode(sample.encoding, sample.bytes, sample.text.size()).Ok())
            << sample.encoding;
        EXPECT_FALSE(Decode(sample.encoding, sample.bytes, sample.text.size() - 1).Ok())
            << sample.encoding;
    }
}

TEST(CompressionTest, ACutOffTextIsCorruptButItsStartIsThere) {
    for (const Sample& sample : Samples()) {
        if (sample.bytes == sample.text) {
            continue;
        }
        const std::string_view half =
            std::string_view(sample.bytes).substr(0, sample.bytes.size() - 5);
        EXPECT_EQ(Decode(sample.encoding, half, kBound).error().code, ErrorCode::kCorrupt)
            << sample.encoding;
        std::string out;
        const auto decoder = NewDecoder(sample.encoding, kBound);
        EXPECT_TRUE(decoder->Feed(half, out).Ok());
        EXPECT_FALSE(decoder->Complete());
        EXPECT_EQ(out, sample.text.substr(0, out.size()));
        const bool short_or_in_blocks = sample.encoding == "br" || sample.encoding == "zstd";
        EXPECT_TRUE(short_or_in_blocks || !out.empty()) << sample.encoding;
    }
}

TEST(CompressionTest, WhatIsNotThatEncodingIsCorrupt) {
    for (const std::string encoding : {"gzip", "deflate", "br", "zstd"}) {
        EXPECT_EQ(
            Decode(encoding, "{\"this\": \"is not compressed\"}", kBound).error().code,
            ErrorCode::kCorrupt
        );
    }
}

TEST(CompressionTest, AnEmptyBodyIsEmptyInEveryEncoding) {
    for (const std::string encoding : {"gzip", "deflate", "br", "zstd", ""}) {
        EXPECT_EQ(*Decode(encoding, "", kBound), "") << encoding;
    }
}

TEST(CompressionTest, UnknownEncodingsAndListsHaveNoDecoder) {
    for (const std::string encoding : {"compress", "gzip, br", "snappy"}) {
        EXPECT_EQ(NewDecoder(encoding, kBound), nullptr);
        EXPECT_EQ(Decode(encoding, "x", kBound).error().code, ErrorCode::kInvalidArgument);
    }
}

TEST(CompressionTest, AZstdWindowBeyondTheBoundIsRefused) {
    // A frame header that asks for a window of 64 MiB. Source: RFC 8878, section 3.1.1.
    const std::string frame = FromHex("28b52ffd0080") + FromHex("010000");
    EXPECT_FALSE(Decode("zstd", frame, kBound).Ok());
}

TEST(CompressionTest, LittleBecomesNoMoreThanItsExpansionAllows) {
    const std::string bomb = CompressGzip(std::string(4U << 20, 'x'));
    const auto decoder = NewDecoder("gzip", 64U << 20, 100);
    std::string out;
    EXPECT_FALSE(decoder->Feed(bomb, out).Ok());
    EXPECT_EQ(out.size(), kExpansionFreeBytes + 100 * bomb.size());
    const auto whole = NewDecoder("gzip", 64U << 20);
    out.clear();
    EXPECT_TRUE(whole->Feed(bomb, out).Ok());
    EXPECT_EQ(out.size(), 4U << 20);
    const auto ordinary = NewDecoder("gzip", 64U << 20, 1);
    out.clear();
    EXPECT_TRUE(ordinary->Feed(CompressGzip(std::string(kExpansionFreeBytes, 'x')), out).Ok());
    EXPECT_EQ(out.size(), kExpansionFreeBytes);
}

}  // namespace
}  // namespace sightglass::codec
