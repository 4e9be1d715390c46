#include "capture/otlp/otlp_worker.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/log.h"
#include "base/thread.h"
#include "net/socket.h"

namespace sightglass::capture {
namespace {

constexpr Duration kTickInterval = std::chrono::milliseconds(100);
constexpr std::chrono::milliseconds kContentsInterval(500);

}  // namespace

OtlpConnection::OtlpConnection(OtlpWorker& worker, FileDescriptor socket)
    : worker_(worker), stream_(worker.Loop(), std::move(socket), waiter_.changed) {}

net::Task<bool> OtlpConnection::Write(std::string_view bytes) {
    while (!bytes.empty()) {
        iovec part{const_cast<char*>(bytes.data()), bytes.size()};
        const net::IoResult written = stream_.Write(&part, 1);
        bytes.remove_prefix(written.bytes);
        if (written.status == net::IoStatus::kError || waiter_.cut || waiter_.expired) {
            co_return false;
        }
        if (!bytes.empty() && !stream_.PollWritable()) {
            co_await waiter_.changed.Wait();
        }
    }
    co_return true;
}

OtlpWorker::OtlpWorker(
    OtlpShared& shared,
    std::unique_ptr<journal::Writer> writer,
    Listeners listeners,
    int number
)
    : shared_(shared),
      number_(number),
      writer_(std::move(writer)),
      ingest_(
          shared.parts,
          shared.contents,
          shared.counters,
          *writer_,
          shared.options.journal_ring_bytes
      ),
      senders_(shared.parts),
      scratch_(std::make_unique_for_overwrite<char[]>(kScratchBytes)) {
    if (listeners.http.Valid()) {
        http_.need_key = shared.options.http->need_key;
        http_.listener =
            std::make_unique<net::WatchedDescriptor>(loop_, std::move(listeners.http), http_.ready);
    }
    grpc_.grpc = true;
    if (listeners.grpc.Valid()) {
        grpc_.need_key = shared.options.grpc->need_key;
        grpc_.listener =
            std::make_unique<net::WatchedDescriptor>(loop_, std::move(listeners.grpc), grpc_.ready);
    }
}

OtlpWorker::~OtlpWorker() = default;

void OtlpWorker::Start() {
    commits_ = std::make_unique<CommitQueue>(
        "otlp-sync-" + std::to_string(number_),
        shared_.parts.journal,
        [this](std::uint64_t ticket, bool ok) {
            loop_.Post([this, ticket, ok] { Settle(ticket, ok); });
        }
    );
    thread_ = StartThread(
        "otlp-" + std::to_string(number_),
        Priority::kNormal,
        [this](const std::stop_token&) { Run(); }
    );
}

void OtlpWorker::Adopt(OtlpSocket socket) {
    loop_.Post([this, socket = std::move(socket)]() mutable {
        Spawn(NewAdoptedConnection(*this, std::move(socket), shared_.options.adopted_need_key));
    });
}

void OtlpWorker::Drain() {
    loop_.Post([this] { BeginDrain(); });
}

void OtlpWorker::Join() {
    if (thread_.joinable()) {
        thread_.join();
    }
    commits_ = nullptr;
}

void OtlpWorker::Run() {
    now_ = std::chrono::steady_clock::now();
    loop_.SetTick(kTickInterval, [this] { Tick(); });
    net::Spawn(AcceptAll(http_));
    net::Spawn(AcceptAll(grpc_));
    loop_.Run();
}

net::Task<void> OtlpWorker::AcceptAll(Door& door) {
    while (door.listener != nullptr) {
        while (AcceptOne(door)) {
        }
        if (door.listener != nullptr) {
            co_await door.ready.Wait();
        }
    }
}

/// False where there is no connection to accept now.
bool OtlpWorker::AcceptOne(Door& door) {
    if (door.listener == nullptr || connections_.size() >= shared_.options.connections_max) {
        return false;  // The rest waits in the listener's queue until the tick looks again.
    }
    net::SocketAddress peer;
    FileDescriptor socket = net::Accept(door.listener->fd(), peer);
    if (!socket.Valid()) {
        if (errno == ECONNABORTED || errno == EINTR) {
            return true;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK) {
            Log(LogLevel::kError, "otlp", "accept: " + std::generic_category().message(errno));
        } else {
            door.listener->AwaitReadable();
        }
        return false;
    }
    Spawn(
        door.grpc ? NewGrpcConnection(*this, std::move(socket), door.need_key)
                  : NewHttpConnection(*this, std::move(socket), door.need_key)
    );
    return true;
}

void OtlpWorker::Spawn(std::unique_ptr<OtlpConnection> connection) {
    connections_.push_back(connection.get());
    Add(shared_.counters.connections, 1);
    net::Spawn(Serve(std::move(connection)));
}

net::Task<void> OtlpWorker::Serve(std::unique_ptr<OtlpConnection> connection) {
    co_await connection->Run();
    std::erase(connections_, connection.get());
    connection = nullptr;
    shared_.counters.connections.fetch_sub(1, std::memory_order_relaxed);
    QuitWhenEmpty();
}

/// 0 for what was not taken.
std::uint64_t OtlpWorker::TicketFor(const ExportOutcome& outcome) {
    if (outcome.kind != ExportOutcome::Kind::kTaken) {
        return 0;
    }
    commits_->Request(++tickets_);
    return tickets_;
}

ExportOutcome OtlpWorker::Take(const ExportRequest& request, std::uint64_t& ticket) {
    ExportOutcome outcome = ingest_.Take(request);
    ticket = TicketFor(outcome);
    return outcome;
}

net::Task<ExportOutcome> OtlpWorker::Export(const ExportRequest& request, Waiter& waiter) {
    std::uint64_t ticket = 0;
    ExportOutcome outcome = Take(request, ticket);
    co_return co_await WhenDurable(std::move(outcome), ticket, waiter);
}

net::Task<ExportOutcome> OtlpWorker::Keep(std::span<Feedback> feedback, Waiter& waiter) {
    ExportOutcome outcome = ingest_.Take(feedback);
    const std::uint64_t ticket = TicketFor(outcome);
    co_return co_await WhenDurable(std::move(outcome), ticket, waiter);
}

net::Task<ExportOutcome>
OtlpWorker::WhenDurable(ExportOutcome outcome, std::uint64_t ticket, Waiter& waiter) {
    while (!Settled(ticket)) {
        co_await waiter.changed.Wait();
    }
    if (ticket > 0 && !Durable(ticket)) {
        outcome = {ExportOutcome::Kind::kNoRoom, 0, "the disk did not take the request"};
    }
    co_return outcome;
}

void OtlpWorker::Settle(std::uint64_t ticket, bool ok) {
    settled_ = ticket;
    if (!ok) {
        failed_ = ticket;
    }
    WakeAll();
}

/// A connection that is woken may end, and so leave the list.
void OtlpWorker::WakeAll() {
    for (std::size_t i = connections_.size(); i > 0; --i) {
        if (i <= connections_.size()) {
            connections_[i - 1]->Waiting().changed.Raise();
        }
    }
}

void OtlpWorker::Tick() {
    now_ = std::chrono::steady_clock::now();
    http_.ready.Raise();
    grpc_.ready.Raise();
    if (now_ - contents_looked_at_ >= kContentsInterval) {
        contents_looked_at_ = now_;
        shared_.contents.Tick(now_);
    }
    const bool cut = now_ >= drain_until_;
    for (std::size_t i = connections_.size(); i > 0; --i) {
        if (i > connections_.size()) {
            continue;
        }
        Waiter& waiter = connections_[i - 1]->Waiting();
        if (cut) {
            waiter.Cut();
        } else {
            waiter.Check(now_);
        }
    }
    QuitWhenEmpty();
}

void OtlpWorker::BeginDrain() {
    if (draining_) {
        return;
    }
    draining_ = true;
    drain_until_ = std::chrono::steady_clock::now() + shared_.options.drain_timeout;
    http_.listener = nullptr;
    grpc_.listener = nullptr;
    http_.ready.Raise();
    grpc_.ready.Raise();
    WakeAll();
    QuitWhenEmpty();
}

void OtlpWorker::QuitWhenEmpty() {
    if (draining_ && connections_.empty()) {
        loop_.Quit();
    }
}

}  // namespace sightglass::capture
