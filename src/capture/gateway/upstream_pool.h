// Connections of one worker to upstreams: idle ones are kept for the next call, and given up when the upstream closes them or
// they grow old.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "capture/gateway/routing.h"
#include "capture/waiter.h"
#include "net/resolver.h"
#include "net/stream.h"
#include "net/task.h"

namespace sightglass::capture {

/// A connection, or why there is none.
struct ConnectResult {
    std::unique_ptr<net::Stream> stream;
    bool timed_out = false;
    std::string error;
};

/// Thread-safety: the worker's thread.
class UpstreamPool {
public:
    UpstreamPool(net::EventLoop& loop, net::TlsContext tls);
    ~UpstreamPool();

    /// An idle connection, or null. Its signal is `signal` from now on.
    std::unique_ptr<net::Stream> Take(const Target& target, net::Signal& signal);

    /// A new connection, within `limit`: resolves, tries each address, does the TLS handshake.
    net::Task<ConnectResult>
    Connect(const Target& target, Waiter& waiter, SteadyTime now, Duration limit);

    /// The same where the addresses are known, until then: each is given an equal part of what time
    /// is left when its turn comes.
    net::Task<ConnectResult> ConnectToOneOf(
        std::span<const net::SocketAddress> addresses,
        const Target& target,
        Waiter& waiter,
        SteadyTime until
    );

    /// Keeps a connection over which an exchange has ended properly.
    void Give(const Target& target, std::unique_ptr<net::Stream> stream, SteadyTime now);

    /// Connections to targets that are not in this table are given up, and are not kept any more.
    void KeepFor(const Router& router);

    /// Gives up connections that were idle for too long.
    void Tick(SteadyTime now);

    /// Gives up all of them. Nothing is kept any more.
    void Close();

    static constexpr std::size_t kIdlePerTargetMax = 1024;
    static constexpr Duration kIdleTime = std::chrono::seconds(60);

private:
    struct Idle {
        std::unique_ptr<net::Stream> stream;
        SteadyTime since;
    };

    struct Slot {
        std::vector<Idle> idle;  ///< The most recently used last.
        net::TlsSession session;
        bool kept = false;  ///< A target of the present table has it.
    };

    net::Task<void> DropClosed();
    net::Task<ConnectResult>
    ConnectTo(const Target& target, const net::SocketAddress& address, Waiter& waiter);
    net::Task<ConnectResult>
    Secure(const Target& target, std::unique_ptr<net::Stream> stream, Waiter& waiter);

    net::EventLoop& loop_;
    net::TlsContext tls_;
    net::Resolver resolver_;
    net::Signal idle_changed_;
    bool closed_ = false;
    std::deque<Slot>
        slots_;  ///< By Target::slot. A handshake may be using one's session: they stay where they are.
};

}  // namespace sightglass::capture
