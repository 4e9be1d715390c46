#include "capture/gateway/buffers.h"

#include <sys/socket.h>

#include <utility>

#include <gtest/gtest.h>

#include "net/event_loop.h"

namespace sightglass::capture {
namespace {

TEST(InboxTest, ShowsScratchMemoryUntilItIsKept) {
    BufferPool pool;
    Inbox inbox(pool);
    std::string scratch = "hello world";
    inbox.Add(scratch);
    EXPECT_EQ(inbox.View().data(), scratch.data()) << "not copied";
    inbox.Consume(6);
    inbox.Keep();
    scratch.assign("other bytes");
    EXPECT_EQ(inbox.View(), "world");
    inbox.Add(" and more");
    EXPECT_EQ(inbox.View(), "world and more");
    inbox.Consume(14);
    EXPECT_TRUE(inbox.empty());
    inbox.Add(scratch);
    EXPECT_EQ(inbox.View(), "other bytes");
}

TEST(InboxTest, GivesItsMemoryAwayWhereAllOfItIsWaiting) {
    BufferPool pool;
    Inbox inbox(pool);
    EXPECT_EQ(inbox.Memory(), nullptr);
    inbox.Add("a body");
    EXPECT_EQ(inbox.Memory(), nullptr) << "it lies in scratch memory";
    inbox.Keep();
    ASSERT_NE(inbox.Memory(), nullptr);
    EXPECT_EQ(*inbox.Memory(), "a body");
    inbox.Consume(2);
    EXPECT_EQ(inbox.Memory(), nullptr) << "something was consumed of it";
    inbox.Add(", and another");
    ASSERT_NE(inbox.Memory(), nullptr);
    EXPECT_EQ(std::exchange(*inbox.Memory(), {}), "body, and another");
    inbox.Taken();
    EXPECT_TRUE(inbox.empty());
    inbox.Add("next");
    inbox.Keep();
    EXPECT_EQ(inbox.View(), "next");
}

TEST(OutboxTest, KeepsWhatThePeerHasNoRoomForAndWritesItInOrder) {
    int fds[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    const FileDescriptor peer(fds[1]);
    net::EventLoop loop;
    net::Signal signal;
    net::Stream stream(loop, FileDescriptor(fds[0]), signal);
    BufferPool pool;
    Outbox outbox(pool);
    const std::string large(8U << 20, 'x');
    EXPECT_EQ(outbox.Send(stream, {"head", large, "tail"}).status, net::IoStatus::kWouldBlock);
    EXPECT_FALSE(outbox.empty());
    std::string got;
    std::string buffer(1U << 20, '\0');
    while (got.size() < large.size() + 8) {
        const ssize_t size = ::recv(peer.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size > 0) {
            got.append(buffer, 0, static_cast<std::size_t>(size));
        } else {
            outbox.Flush(stream);
        }
    }
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(got, "head" + large + "tail");
}

}  // namespace
}  // namespace sightglass::capture
