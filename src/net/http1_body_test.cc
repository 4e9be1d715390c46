#include "net/http1_body.h"

#include <string>

#include <gtest/gtest.h>

namespace sightglass::net {
namespace {

struct Outcome {
    std::string payload;
    std::size_t used = 0;
    bool done = false;
    bool bad = false;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Feeds `bytes` in pieces of `step`, as a connection would.
Outcome Read(BodyKind kind, std::uint64_t length, std::string_view bytes, std::size_t step) {
    BodyFramer framer;
    framer.Start(kind, length);
    Outcome outcome;
    while (!bytes.empty() && !framer.Done() && !framer.Bad()) {
        const std::string_view piece = bytes.substr(0, step);
        const std::size_t used =
            framer.Read(piece, [&](std::string_view payload) { outcome.payload += payload; });
        outcome.used += used;
        bytes.remove_prefix(piece.size());
    }
    outcome.done = framer.Done();
    outcome.bad = framer.Bad();
    return outcome;
}

class BodyFramerTest : public ::testing::TestWithParam<std::size_t> {
protected:
    Outcome Chunked(std::string_view bytes) {
        return Read(BodyKind::kChunked, 0, bytes, GetParam());
    }
};

TEST_P(BodyFramerTest, FindsTheEndOfALength) {
    const Outcome outcome = Read(BodyKind::kLength, 5, "helloGET", GetParam());
    EXPECT_EQ(outcome, (Outcome{"hello", 5, true, false}));
}

TEST_P(BodyFramerTest, FollowsChunks) {
    const std::string body =
        "5\r\nhello\r\n00A;name=\"v; w\";x\r\n0123456789\r\n0\r\nChecksum: ab c\r\nX: \r\n\r\n";
    const Outcome outcome = Chunked(body + "HTTP/1.1 200");
    EXPECT_EQ(outcome, (Outcome{"hello0123456789", body.size(), true, false}));
}

TEST_P(BodyFramerTest, IsNotDoneBeforeTheLastLineFeed) {
    const std::string body = "1\r\na\r\n0\r\n\r\n";
    for (std::size_t size = 0; size < body.size(); ++size) {
        EXPECT_FALSE(Chunked(body.substr(0, size)).done) << size;
    }
    EXPECT_TRUE(Chunked(body).done);
}

TEST_P(BodyFramerTest, ATrailerThatOnlyBeginsLikeAFramingHeaderPasses) {
    EXPECT_TRUE(Chunked("0\r\nContent-Digest: sha-256=:x:\r\nTransfer-Encodings: a\r\n\r\n").done);
}

TEST_P(BodyFramerTest, RefusesBadChunks) {
    for (const std::string& body :
         {std::string("\r\n"),
          std::string("g\r\n"),
          std::string("-1\r\n"),
          std::string(" 1\r\n"),
          std::string("1 \r\n"),
          std::string("0x1\r\n"),
          std::string("1\n"),
          std::string("1\rx"),
          std::string("1;a\nb\r\n"),
          std::string("1\r\nab"),
          std::string("1\r\na\n"),
          std::string("1\r\na\rx"),
          std::string("11111111111111111\r\n"),
          std::string("fffffffffffffff\r\n"),
          std::string("0\r\n\n"),
          std::string("0\r\nName\r\n"),
          std::string("0\r\n: x\r\n"),
          std::string("0\r\n x: y\r\n"),
          std::string("0\r\na: b\n"),
          std::string("0\r\na: b\r\nContent-Length: 5\r\n"),
          std::string("0\r\nTRANSFER-ENCODING: chunked\r\n"),
          std::string("0\r\na: b\x01\r\n"),
          "1;" + std::string(BodyFramer::kExtensionBytesMax + 1, 'x'),
          "0\r\na: " + std::string(BodyFramer::kTrailerBytesMax, 'x')}) {
        EXPECT_TRUE(Chunked(body).bad) << body.substr(0, 40);
    }
}

INSTANTIATE_TEST_SUITE_P(Steps, BodyFramerTest, ::testing::Values(1, 2, 3, 7, 100'000));

TEST(BodyFramerCloseTest, EndsOnlyABodyThatLastsUntilThen) {
    BodyFramer framer;
    framer.Start(BodyKind::kUntilClose, 0);
    EXPECT_EQ(framer.Read("abc", [](std::string_view) {}), 3U);
    EXPECT_FALSE(framer.Done());
    framer.Close();
    EXPECT_TRUE(framer.Done());

    framer.Start(BodyKind::kLength, 4);
    framer.Read("abc", [](std::string_view) {});
    framer.Close();
    EXPECT_TRUE(framer.Bad());

    framer.Start(BodyKind::kChunked, 0);
    framer.Read("1\r\na\r\n0\r\n", [](std::string_view) {});
    framer.Close();
    EXPECT_TRUE(framer.Bad());

    framer.Start(BodyKind::kNone, 0);
    framer.Close();
    EXPECT_TRUE(framer.Done());
}

}  // namespace
}  // namespace sightglass::net
