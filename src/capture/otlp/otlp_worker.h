// One thread of the receiver: its event loop, its listeners, its connections, its journal writer.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/uuid.h"
#include "capture/otlp/commit_queue.h"
#include "capture/otlp/ingest.h"
#include "capture/otlp/sender.h"
#include "capture/waiter.h"
#include "net/event_loop.h"
#include "net/stream.h"

namespace sightglass::capture {

/// What all threads of the receiver share.
/// Thread-safety: constant once started; what it refers to is safe for concurrent use.
struct OtlpShared {
    OtlpShared(const OtlpOptions& settings, const OtlpParts& deps)
        : options(settings),
          parts(deps),
          memory(settings.memory_bytes_max),
          contents(deps.derive, settings.content_bytes_max) {}

    const OtlpOptions options;
    const OtlpParts parts;
    OtlpCounters counters;
    MemoryBudget memory;
    ContentJoin contents;
};

class OtlpWorker;

/// A sender's connection.
/// Thread-safety: the worker's thread.
class OtlpConnection {
public:
    OtlpConnection(OtlpWorker& worker, FileDescriptor socket);
    virtual ~OtlpConnection() = default;
    OtlpConnection(const OtlpConnection&) = delete;
    OtlpConnection& operator=(const OtlpConnection&) = delete;

    /// Serves the connection to its end.
    virtual net::Task<void> Run() = 0;

    /// Nothing is lost when it is closed now.
    virtual bool Idle() const noexcept = 0;

    Waiter& Waiting() noexcept { return waiter_; }

protected:
    /// Writes all of it; false where the connection broke or the time was over.
    net::Task<bool> Write(std::string_view bytes);

    OtlpWorker& worker_;
    Waiter waiter_;
    net::Stream stream_;
};

/// Thread-safety: constructor, Start, Adopt, Drain and Join from the receiver's owner; everything
/// else on the worker's thread.
class OtlpWorker {
public:
    /// Listeners that do not exist are invalid descriptors.
    struct Listeners {
        FileDescriptor http;
        FileDescriptor grpc;
    };

    OtlpWorker(
        OtlpShared& shared,
        std::unique_ptr<journal::Writer> writer,
        Listeners listeners,
        int number
    );
    ~OtlpWorker();

    void Start();
    void Adopt(OtlpSocket socket);
    /// Takes no new connections, ends idle ones, and the others within the drain time.
    void Drain();
    void Join();

    /// Hands the request to ingest, and waits until it is on stable storage.
    net::Task<ExportOutcome> Export(const ExportRequest& request, Waiter& waiter);

    /// The same for feedback.
    net::Task<ExportOutcome> Keep(std::span<Feedback> feedback, Waiter& waiter);

    /// The same in two steps: the ticket that Settled() tells of once it is durable.
    ExportOutcome Take(const ExportRequest& request, std::uint64_t& ticket);

    bool Settled(std::uint64_t ticket) const noexcept { return ticket <= settled_; }

    /// Of a ticket that is settled.
    bool Durable(std::uint64_t ticket) const noexcept { return ticket > failed_; }

    OtlpShared& Shared() noexcept { return shared_; }

    net::EventLoop& Loop() noexcept { return loop_; }

    SenderCheck& Senders() noexcept { return senders_; }

    UuidSource& Ids() noexcept { return ids_; }

    SteadyTime Now() const noexcept { return now_; }

    bool Draining() const noexcept { return draining_; }

    static constexpr std::size_t kScratchBytes = 256U << 10;

    char* Scratch() noexcept { return scratch_.get(); }

private:
    struct Door {
        std::unique_ptr<net::WatchedDescriptor> listener;
        net::Signal ready;
        bool grpc = false;
        bool need_key = false;
    };

    void Run();
    net::Task<void> AcceptAll(Door& door);
    bool AcceptOne(Door& door);
    net::Task<void> Serve(std::unique_ptr<OtlpConnection> connection);
    void Spawn(std::unique_ptr<OtlpConnection> connection);
    std::uint64_t TicketFor(const ExportOutcome& outcome);
    net::Task<ExportOutcome>
    WhenDurable(ExportOutcome outcome, std::uint64_t ticket, Waiter& waiter);
    void Settle(std::uint64_t ticket, bool ok);
    void WakeAll();
    void Tick();
    void BeginDrain();
    void QuitWhenEmpty();

    OtlpShared& shared_;
    const int number_;
    net::EventLoop loop_;
    std::unique_ptr<journal::Writer> writer_;
    Ingest ingest_;
    SenderCheck senders_;
    UuidSource ids_;
    std::unique_ptr<char[]> scratch_;
    Door http_;
    Door grpc_;
    std::vector<OtlpConnection*> connections_;  // Each is owned by its coroutine.
    SteadyTime now_;
    SteadyTime contents_looked_at_;
    SteadyTime drain_until_ = SteadyTime::max();
    bool draining_ = false;
    std::uint64_t tickets_ = 0;
    std::uint64_t settled_ = 0;
    std::uint64_t failed_ = 0;  // The last ticket that could not be made durable.
    std::unique_ptr<CommitQueue> commits_;
    std::jthread thread_;
};

/// In http_connection.cc and grpc_connection.cc.
std::unique_ptr<OtlpConnection>
NewHttpConnection(OtlpWorker& worker, FileDescriptor socket, bool need_key);
std::unique_ptr<OtlpConnection>
NewAdoptedConnection(OtlpWorker& worker, OtlpSocket socket, bool need_key);
std::unique_ptr<OtlpConnection>
NewGrpcConnection(OtlpWorker& worker, FileDescriptor socket, bool need_key);

}  // namespace sightglass::capture
