#include "capture/gateway/body_copy.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

TEST(BodyCopyTest, KeepsTheWholeOfASmallBody) {
    BodyCopy copy(10);
    copy.Add("hello");
    copy.Add("world");
    EXPECT_EQ(copy.Head(), "helloworld");
    EXPECT_FALSE(copy.Truncated());
}

TEST(BodyCopyTest, LooksAtWhatIsBorrowedWhereItLies) {
    BodyCopy copy(10);
    std::string body = "hello";
    copy.Borrow(body);
    EXPECT_EQ(copy.Head().data(), body.data());
    copy.Own();
    body = "-----";
    EXPECT_EQ(copy.Head(), "hello");
    copy.Borrow("world");
    EXPECT_EQ(copy.Head(), "helloworld");
    copy.Borrow("!");
    EXPECT_TRUE(copy.Truncated());
    copy.Reset();
    copy.Borrow("more than ten bytes");
    EXPECT_EQ(copy.Head(), "more than ");
    EXPECT_TRUE(copy.Truncated());
}

TEST(BodyCopyTest, KeepsBothEndsOfALargeOne) {
    BodyCopy copy(10);
    std::string body;
    for (int i = 0; i < 100'000; ++i) {
        body += std::to_string(i);
    }
    for (std::size_t at = 0; at < body.size(); at += 777) {
        copy.Add(std::string_view(body).substr(at, 777));
    }
    EXPECT_TRUE(copy.Truncated());
    EXPECT_EQ(copy.Head(), body.substr(0, 10));
    EXPECT_GE(copy.Tail().size(), BodyCopy::kTailBytes);
    EXPECT_LE(copy.Tail().size(), 2 * BodyCopy::kTailBytes);
    EXPECT_TRUE(body.ends_with(copy.Tail()));
}

TEST(BodyCopyTest, KeepsTheTailOfOneLargePiece) {
    BodyCopy copy(4);
    const std::string body = "head" + std::string(1 << 20, '-') + "tail";
    copy.Add(body);
    EXPECT_EQ(copy.Head(), "head");
    EXPECT_EQ(copy.Tail().size(), BodyCopy::kTailBytes);
    EXPECT_TRUE(copy.Tail().ends_with("tail"));
    copy.Reset();
    EXPECT_EQ(copy.Head(), "");
    EXPECT_FALSE(copy.Truncated());
}

}  // namespace
}  // namespace sightglass::capture
