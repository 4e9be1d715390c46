#include "net/send_round.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "net/stream.h"

namespace sightglass::net {
namespace {

/// A stream of a loop, and the peer's end of its connection.
class Pair {
public:
    explicit Pair(EventLoop& loop) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
        constexpr int kSmall = 4096;
        ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &kSmall, sizeof kSmall);
        stream_ = std::make_unique<Stream>(loop, FileDescriptor(ends[0]), signal_);
        peer_ = FileDescriptor(ends[1]);
    }

    Stream& stream() { return *stream_; }

    void DropStream() { stream_ = nullptr; }

    void DropPeer() { peer_ = FileDescriptor(); }

    IoResult Write(std::string_view text) {
        const iovec part{const_cast<char*>(text.data()), text.size()};
        return stream_->Write(&part, 1);
    }

    /// What has come to the peer since the last call.
    std::string Read() {
        std::string text;
        std::array<char, 4096> some{};
        ssize_t got = 0;
        while ((got = ::recv(peer_.get(), some.data(), some.size(), 0)) > 0) {
            text.append(some.data(), static_cast<std::size_t>(got));
        }
        return text;
    }

private:
    Signal signal_;
    std::unique_ptr<Stream> stream_;
    FileDescriptor peer_;
};

class SendRoundTest : public testing::Test {
protected:
    /// One round in which nothing new happens.
    void RunRound() {
        loop_.Post([this] { loop_.Quit(); });
        loop_.Run();
    }

    EventLoop loop_;
};

TEST_F(SendRoundTest, SmallWritesGoOutAtTheEndOfTheRoundInTheirOrder) {
    Pair a(loop_);
    Pair b(loop_);
    EXPECT_EQ(a.Write("one ").bytes, 4U);
    b.Write("two");
    a.Write("three");
    EXPECT_EQ(a.Read(), "");
    RunRound();
    EXPECT_EQ(a.Read(), "one three");
    EXPECT_EQ(b.Read(), "two");
}

TEST_F(SendRoundTest, ALargeWriteComesAfterWhatWasDeferred) {
    Pair pair(loop_);
    const std::string large(SendRound::kWriteBytesMax + 1, 'x');
    pair.Write("small ");
    std::size_t written = pair.Write(large).bytes;
    std::string got = pair.Read();
    while (written < large.size()) {
        written += pair.Write(large.substr(written)).bytes;
        RunRound();
        got += pair.Read();
    }
    RunRound();
    got += pair.Read();
    EXPECT_EQ(got, "small " + large);
}

TEST_F(SendRoundTest, WhatThePeerHasNoRoomForIsSentLaterAndHoldsBackWhatFollows) {
    Pair pair(loop_);
    std::string sent;
    const std::string piece(3000, 'p');
    while (pair.Write(piece).status == IoStatus::kOk) {
        sent += piece;
        RunRound();
        ASSERT_LT(sent.size(), 1U << 20) << "the peer's buffer never fills up";
    }
    EXPECT_EQ(pair.stream().Flush().status, IoStatus::kWouldBlock);
    std::string got;
    while (got.size() < sent.size()) {
        const std::string more = pair.Read();
        ASSERT_FALSE(more.empty());
        got += more;
        RunRound();
    }
    EXPECT_EQ(got, sent);
    EXPECT_EQ(pair.stream().Flush().status, IoStatus::kOk);
}

TEST_F(SendRoundTest, AStreamThatGoesSendsFirst) {
    Pair pair(loop_);
    pair.Write("last words");
    pair.DropStream();
    EXPECT_EQ(pair.Read(), "last words");
    RunRound();
}

TEST_F(SendRoundTest, AStreamThatGoesWhileItWaitsForItsPeerIsForgotten) {
    Pair pair(loop_);
    while (pair.Write(std::string(3000, 'p')).status == IoStatus::kOk) {
        RunRound();
    }
    pair.DropStream();
    pair.Read();
    RunRound();
    EXPECT_EQ(pair.Read(), "");
}

TEST_F(SendRoundTest, ABrokenConnectionIsToldByTheNextWrite) {
    Pair pair(loop_);
    pair.DropPeer();
    EXPECT_EQ(pair.Write("into the void").status, IoStatus::kOk);
    RunRound();
    EXPECT_EQ(pair.Write("more").status, IoStatus::kError);
}

TEST_F(SendRoundTest, NothingMoreCanBeSaidAfterWhatWasDeferred) {
    Pair pair(loop_);
    pair.Write("bye");
    pair.stream().ShutdownWrite();
    EXPECT_EQ(pair.Read(), "bye");
}

}  // namespace
}  // namespace sightglass::net
