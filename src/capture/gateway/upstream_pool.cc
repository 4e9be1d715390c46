#include "capture/gateway/upstream_pool.h"

#include <algorithm>
#include <system_error>

namespace sightglass::capture {
namespace {

bool Given(const Waiter& waiter) noexcept {
    return !waiter.expired && !waiter.cut;
}

ConnectResult Failed(const Waiter& waiter, const Target& target, const std::string& why) {
    const std::string host = target.authority;
    if (waiter.expired) {
        return {nullptr, true, "connecting to " + host + " took too long"};
    }
    return {nullptr, false, "cannot connect to " + host + ": " + why};
}

}  // namespace

UpstreamPool::UpstreamPool(net::EventLoop& loop, net::TlsContext tls)
    : loop_(loop), tls_(std::move(tls)), resolver_(loop) {
    net::Spawn(DropClosed());
}

UpstreamPool::~UpstreamPool() {
    Close();
}

std::unique_ptr<net::Stream> UpstreamPool::Take(const Target& target, net::Signal& signal) {
    std::vector<Idle>& idle = slots_[target.slot].idle;
    while (!idle.empty()) {
        std::unique_ptr<net::Stream> stream = std::move(idle.back().stream);
        idle.pop_back();
        if (!stream->socket().Readable()) {
            stream->SetSignal(signal);
            return stream;
        }
    }
    return nullptr;
}

void UpstreamPool::Give(const Target& target, std::unique_ptr<net::Stream> stream, SteadyTime now) {
    std::vector<Idle>& idle = slots_[target.slot].idle;
    if (closed_ || !slots_[target.slot].kept || idle.size() >= kIdlePerTargetMax) {
        return;
    }
    stream->SetSignal(idle_changed_);
    if (stream->PollReadable() && stream->Peek() != net::IoStatus::kWouldBlock) {
        return;
    }
    idle.push_back({std::move(stream), now});
}

void UpstreamPool::KeepFor(const Router& router) {
    if (slots_.size() < router.slot_count()) {
        slots_.resize(router.slot_count());
    }
    for (Slot& slot : slots_) {
        slot.kept = false;
    }
    for (const Target& target : router.targets()) {
        slots_[target.slot].kept = true;
    }
    for (Slot& slot : slots_) {
        if (!slot.kept) {
            slot.idle.clear();
        }
    }
}

void UpstreamPool::Tick(SteadyTime now) {
    for (Slot& slot : slots_) {
        std::erase_if(slot.idle, [&](const Idle& idle) { return now - idle.since > kIdleTime; });
    }
}

void UpstreamPool::Close() {
    if (!closed_) {
        closed_ = true;
        for (Slot& slot : slots_) {
            slot.idle.clear();
        }
        idle_changed_.Raise();
    }
}

/// An idle connection that can be read was closed by the upstream, or has something nobody asked for.
net::Task<void> UpstreamPool::DropClosed() {
    while (!closed_) {
        for (Slot& slot : slots_) {
            std::erase_if(slot.idle, [](const Idle& idle) {
                return idle.stream->socket().Readable() &&
                       idle.stream->Peek() != net::IoStatus::kWouldBlock;
            });
        }
        co_await idle_changed_.Wait();
    }
}

net::Task<ConnectResult>
UpstreamPool::Connect(const Target& target, Waiter& waiter, SteadyTime now, Duration limit) {
    waiter.Within(now, limit);
    const std::shared_ptr<net::Lookup> lookup =
        resolver_.Resolve(target.url.host, target.url.port, waiter.changed);
    while (!lookup->done && Given(waiter)) {
        co_await waiter.changed.Wait();
    }
    lookup->signal = nullptr;
    if (lookup->addresses.empty()) {
        co_return Failed(waiter, target, lookup->error);
    }
    co_return co_await ConnectToOneOf(lookup->addresses, target, waiter, now + limit);
}

net::Task<ConnectResult> UpstreamPool::ConnectToOneOf(
    std::span<const net::SocketAddress> addresses,
    const Target& target,
    Waiter& waiter,
    SteadyTime until
) {
    ConnectResult result = Failed(waiter, target, "there was no time left");
    auto left = static_cast<std::int64_t>(addresses.size());
    for (const net::SocketAddress& address : addresses) {
        const SteadyTime begun = std::chrono::steady_clock::now();
        if (waiter.cut || begun >= until) {
            break;
        }
        // One that swallows everything leaves time for the next.
        waiter.Within(begun, std::chrono::duration_cast<Duration>((until - begun) / left));
        result = co_await ConnectTo(target, address, waiter);
        if (result.stream != nullptr) {
            break;
        }
        --left;
    }
    co_return std::move(result);
}

net::Task<ConnectResult>
UpstreamPool::ConnectTo(const Target& target, const net::SocketAddress& address, Waiter& waiter) {
    auto socket = net::StartConnect(address);
    if (!socket.Ok()) {
        co_return Failed(waiter, target, socket.error().message);
    }
    auto stream = std::make_unique<net::Stream>(loop_, std::move(socket).value(), waiter.changed);
    stream->socket().AwaitWritable();
    while (!stream->socket().Writable() && Given(waiter)) {
        co_await waiter.changed.Wait();
    }
    if (!Given(waiter)) {
        co_return Failed(waiter, target, "the gateway is stopping");
    }
    if (const int error = net::ConnectError(stream->socket().fd()); error != 0) {
        co_return Failed(waiter, target, std::generic_category().message(error));
    }
    if (!target.url.https) {
        co_return ConnectResult{std::move(stream), false, {}};
    }
    co_return co_await Secure(target, std::move(stream), waiter);
}

net::Task<ConnectResult>
UpstreamPool::Secure(const Target& target, std::unique_ptr<net::Stream> stream, Waiter& waiter) {
    if (!stream->StartTls(tls_, target.url.host, slots_[target.slot].session)) {
        co_return Failed(waiter, target, "out of memory");
    }
    while (Given(waiter)) {
        const net::IoResult result = stream->Handshake();
        if (result.status == net::IoStatus::kOk) {
            co_return ConnectResult{std::move(stream), false, {}};
        }
        if (result.status != net::IoStatus::kWouldBlock) {
            co_return Failed(waiter, target, "TLS: " + stream->TlsError());
        }
        co_await waiter.changed.Wait();
    }
    co_return Failed(waiter, target, "the gateway is stopping");
}

}  // namespace sightglass::capture
