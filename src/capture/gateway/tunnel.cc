#include "capture/gateway/tunnel.h"

namespace sightglass::capture {
namespace {

constexpr Duration kIdleTime = std::chrono::hours(1);
constexpr int kReadsPerTurn = 8;

/// One direction.
class Pipe {
public:
    Pipe(WorkerContext& context, net::Stream& from, net::Stream& to, Outbox& outbox) noexcept
        : context_(context), from_(from), to_(to), outbox_(outbox) {}

    void Send(std::string_view bytes) {
        bytes_ += bytes.size();
        broken_ = broken_ || outbox_.Send(to_, {bytes}).status == net::IoStatus::kError;
    }

    /// Moves what can be moved now. True where something was.
    bool Move() {
        bool moved = false;
        if (!outbox_.empty()) {
            const net::IoResult result = outbox_.Flush(to_);
            broken_ = broken_ || result.status == net::IoStatus::kError;
            moved = result.bytes > 0;
        }
        for (int reads = 0; reads < kReadsPerTurn && Reading() && from_.PollReadable(); ++reads) {
            const net::IoResult result =
                from_.Read(context_.Scratch(), WorkerContext::kScratchBytes);
            if (result.status == net::IoStatus::kWouldBlock) {
                break;
            }
            moved = true;
            if (result.status == net::IoStatus::kOk) {
                Send({context_.Scratch(), result.bytes});
            } else {
                ended_ = result.status == net::IoStatus::kEnd;
                broken_ = broken_ || !ended_;
            }
        }
        if (ended_ && !shut_ && outbox_.Flush(to_).status != net::IoStatus::kWouldBlock) {
            shut_ = true;
            to_.ShutdownWrite();
        }
        return moved;
    }

    bool Broken() const noexcept { return broken_; }

    bool Over() const noexcept { return shut_; }

    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    bool Reading() const noexcept { return !ended_ && !broken_ && outbox_.empty(); }

    WorkerContext& context_;
    net::Stream& from_;
    net::Stream& to_;
    Outbox& outbox_;
    std::uint64_t bytes_ = 0;
    bool ended_ = false;
    bool shut_ = false;
    bool broken_ = false;
};

}  // namespace

net::Task<TunnelBytes>
RunTunnel(WorkerContext& context, ClientSide& client, net::Stream& upstream, Inbox& from_upstream) {
    Outbox to_upstream(context.buffers);
    Pipe up(context, client.stream, upstream, to_upstream);
    Pipe down(context, upstream, client.stream, client.outbox);
    up.Send(client.inbox.View());
    client.inbox.Consume(client.inbox.View().size());
    down.Send(from_upstream.View());
    from_upstream.Consume(from_upstream.View().size());
    client.waiter.Within(context.now, kIdleTime);
    while (true) {
        const bool moved_up = up.Move();
        const bool moved_down = down.Move();
        const bool over = up.Broken() || down.Broken() || (up.Over() && down.Over());
        if (over || client.waiter.cut || client.waiter.expired) {
            co_return TunnelBytes{up.bytes(), down.bytes()};
        }
        if (moved_up || moved_down) {
            client.waiter.Within(context.now, kIdleTime);
            co_await context.loop.Yield();
        } else {
            co_await client.waiter.changed.Wait();
        }
    }
}

}  // namespace sightglass::capture
