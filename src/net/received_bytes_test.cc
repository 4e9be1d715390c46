#include "net/received_bytes.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/stream.h"

namespace sightglass::net {
namespace {

/// The owner of a stream: calls `on_signal` whenever its signal is raised.
class Owner {
public:
    explicit Owner(EventLoop& loop) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
        fd_ = ends[0];
        stream_.emplace(loop, FileDescriptor(ends[0]), signal_);
        peer_ = FileDescriptor(ends[1]);
        Spawn(Follow());
    }

    ~Owner() {
        stopped_ = true;
        signal_.Raise();
    }

    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;

    Stream& stream() { return *stream_; }

    void Send(std::string_view bytes) {
        EXPECT_EQ(
            ::send(peer_.get(), bytes.data(), bytes.size(), 0),
            static_cast<ssize_t>(bytes.size())
        );
    }

    void HangUp() { peer_ = FileDescriptor(); }

    IoStatus Read(std::size_t size = 65536) {
        std::string some(size, '\0');
        const IoResult result = stream_->Read(some.data(), size);
        text += some.substr(0, result.bytes);
        return result.status;
    }

    /// Bytes that are still with the system.
    int Unread() const {
        int bytes = 0;
        EXPECT_EQ(::ioctl(fd_, FIONREAD, &bytes), 0);
        return bytes;
    }

    std::function<void()> on_signal = [] {};
    std::string text;

private:
    Task<void> Follow() {
        while (true) {
            co_await signal_.Wait();
            if (stopped_) {
                co_return;
            }
            on_signal();
        }
    }

    Signal signal_;
    std::optional<Stream> stream_;
    FileDescriptor peer_;
    int fd_ = -1;
    bool stopped_ = false;
};

class ReceivedBytesTest : public testing::Test {
protected:
    /// Its last read was small, and it waits for the next bytes.
    static void BeginSmall(Owner& owner) {
        owner.Send("first ");
        EXPECT_EQ(owner.Read(), IoStatus::kOk);
        EXPECT_FALSE(owner.stream().PollReadable());
    }

    void RunRound() {
        loop_.Post([this] { loop_.Quit(); });
        loop_.Run();
    }

    EventLoop loop_;
};

TEST_F(ReceivedBytesTest, SmallReadsAreMadeBeforeAnyOwnerRuns) {
    Owner a(loop_);
    Owner b(loop_);
    BeginSmall(a);
    BeginSmall(b);
    a.Send("for a");
    b.Send("for b");
    a.on_signal = b.on_signal = [&] { EXPECT_EQ(a.Unread() + b.Unread(), 0); };
    RunRound();
    a.Read();
    b.Read();
    EXPECT_EQ(a.text, "first for a");
    EXPECT_EQ(b.text, "first for b");
    EXPECT_EQ(a.Read(), IoStatus::kWouldBlock);
}

TEST_F(ReceivedBytesTest, WhatTheOwnerLeavesStaysInItsPlace) {
    Owner owner(loop_);
    BeginSmall(owner);
    owner.Send("left alone");
    owner.on_signal = [&] { EXPECT_EQ(owner.Read(5), IoStatus::kOk); };
    RunRound();
    Owner other(loop_);
    BeginSmall(other);
    other.Send("overwrites what the loop read into");
    owner.Send(", and more");
    RunRound();
    EXPECT_EQ(owner.stream().Peek(), IoStatus::kOk);
    EXPECT_TRUE(owner.stream().PollReadable());
    while (owner.Read() == IoStatus::kOk) {
    }
    EXPECT_EQ(owner.text, "first left alone, and more");
}

TEST_F(ReceivedBytesTest, ALargeReadIsTheOwnersOwn) {
    Owner owner(loop_);
    const std::string large(2 * ReceivedBytes::kBytesMax, 'x');
    owner.Send(large);
    EXPECT_EQ(owner.Read(), IoStatus::kOk);
    EXPECT_FALSE(owner.stream().PollReadable());
    owner.Send(large);
    RunRound();
    EXPECT_EQ(owner.Unread(), static_cast<int>(large.size()));
    EXPECT_EQ(owner.Read(), IoStatus::kOk);
    EXPECT_EQ(owner.text, large + large);
}

TEST_F(ReceivedBytesTest, WhatDoesNotFitIsReadAfterwards) {
    Owner owner(loop_);
    BeginSmall(owner);
    const std::string large(2 * ReceivedBytes::kBytesMax, 'x');
    owner.Send(large);
    RunRound();
    EXPECT_EQ(owner.Read(), IoStatus::kOk);
    EXPECT_TRUE(owner.stream().PollReadable());
    EXPECT_EQ(owner.Read(), IoStatus::kOk);
    EXPECT_EQ(owner.text, "first " + large);
}

TEST_F(ReceivedBytesTest, TheEndOfTheStreamIsFoundByTheOwner) {
    Owner owner(loop_);
    BeginSmall(owner);
    owner.Send("last");
    owner.HangUp();
    RunRound();
    EXPECT_EQ(owner.Read(), IoStatus::kOk);
    EXPECT_EQ(owner.Read(), IoStatus::kEnd);
    EXPECT_EQ(owner.text, "first last");
}

TEST_F(ReceivedBytesTest, NothingIsReadForAnOwnerThatIsGone) {
    // More than are read at once: the first that runs drops all others, and their descriptors' numbers go to new sockets.
    std::vector<std::unique_ptr<Owner>> owners;
    std::vector<std::unique_ptr<Owner>> others;
    for (int i = 0; i < 20; ++i) {
        owners.push_back(std::make_unique<Owner>(loop_));
        BeginSmall(*owners.back());
        owners.back()->Send("for one that goes");
    }
    for (int i = 0; i < 20; ++i) {
        owners[static_cast<std::size_t>(i)]->on_signal = [&, i] {
            for (int k = 0; k < 20; ++k) {
                if (k != i) {
                    owners[static_cast<std::size_t>(k)] = nullptr;
                }
            }
            for (int k = 0; k < 19; ++k) {
                others.push_back(std::make_unique<Owner>(loop_));
                others.back()->Send("for another");
            }
        };
    }
    RunRound();
    ASSERT_EQ(others.size(), 19U);
    for (const std::unique_ptr<Owner>& other : others) {
        EXPECT_EQ(other->Unread(), 11);
    }
}

TEST_F(ReceivedBytesTest, AnErrorThatTheSystemTellsOnceIsNotLost) {
    Owner owner(loop_);
    BeginSmall(owner);
    // A peer that goes with bytes unread resets the connection.
    const iovec part{const_cast<char*>("unread"), 6};
    EXPECT_EQ(owner.stream().Write(&part, 1).status, IoStatus::kOk);
    EXPECT_EQ(owner.stream().Flush().status, IoStatus::kOk);
    owner.Send("not read before the reset");
    owner.HangUp();
    RunRound();
    IoStatus status = IoStatus::kOk;
    while (status == IoStatus::kOk) {
        status = owner.Read();
    }
    EXPECT_EQ(status, IoStatus::kError);
}

}  // namespace
}  // namespace sightglass::net
