#include "capture/gateway/upstream_pool.h"

#include <array>

#include <gtest/gtest.h>

#include "capture/gateway/test_socket.h"
#include "net/tls.h"

namespace sightglass::capture {
namespace {

net::SocketAddress Loopback(std::uint16_t port) {
    return net::ParseAddress("127.0.0.1", port).value();
}

/// Listens, and takes no connection: once its queue is full, whoever connects waits.
class DeafListener {
public:
    DeafListener() : listener_(net::Listen(Loopback(0), 0).value()) {
        for (FileDescriptor& waiting : waiting_) {
            waiting = net::StartConnect(Address()).value();
        }
    }

    net::SocketAddress Address() const { return net::LocalAddress(listener_.get()).value(); }

private:
    FileDescriptor listener_;
    std::array<FileDescriptor, 8> waiting_;
};

class UpstreamPoolTest : public testing::Test {
protected:
    UpstreamPoolTest() {
        target_.authority = "upstream";
        loop_.SetTick(std::chrono::milliseconds(10), [this] {
            waiter_.Check(std::chrono::steady_clock::now());
        });
    }

    net::Task<void> Try(std::span<const net::SocketAddress> addresses, Duration limit) {
        result_ = co_await pool_.ConnectToOneOf(
            addresses,
            target_,
            waiter_,
            std::chrono::steady_clock::now() + limit
        );
        loop_.Quit();
    }

    ConnectResult Connect(std::span<const net::SocketAddress> addresses, Duration limit) {
        net::Spawn(Try(addresses, limit));
        loop_.Run();
        return std::move(result_);
    }

    net::EventLoop loop_;
    Waiter waiter_;
    Target target_;
    UpstreamPool pool_{loop_, net::TlsContext::Create("").value()};
    ConnectResult result_;
};

TEST_F(UpstreamPoolTest, AnAddressThatSwallowsEverythingLeavesTimeForTheNext) {
    const DeafListener deaf;
    const TestUpstream upstream([](TestSocket&) {});
    const std::array addresses{deaf.Address(), Loopback(upstream.Port())};
    const ConnectResult result = Connect(addresses, std::chrono::seconds(1));
    EXPECT_NE(result.stream, nullptr) << result.error;
}

TEST_F(UpstreamPoolTest, WhereNobodyAnswersTheTimeIsUp) {
    const DeafListener deaf;
    const std::array addresses{deaf.Address(), deaf.Address()};
    const ConnectResult result = Connect(addresses, std::chrono::milliseconds(100));
    EXPECT_EQ(result.stream, nullptr);
    EXPECT_TRUE(result.timed_out);
}

TEST_F(UpstreamPoolTest, ARefusalIsNoTimeout) {
    const std::array addresses{Loopback(ClosedPort())};
    const ConnectResult result = Connect(addresses, std::chrono::seconds(10));
    EXPECT_EQ(result.stream, nullptr);
    EXPECT_FALSE(result.timed_out);
}

}  // namespace
}  // namespace sightglass::capture
