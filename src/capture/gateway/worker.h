// One worker: a thread with its event loop, its listener, its client connections.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "capture/gateway/client_connection.h"
#include "capture/gateway/worker_context.h"
#include "net/task.h"

namespace sightglass::capture {

/// Thread-safety: Create, Start, Route, Drain, Join and Stats from the gateway's owner; everything else on the worker's thread.
class Worker {
public:
    static Result<std::unique_ptr<Worker>> Create(
        const GatewayShared& shared,
        std::shared_ptr<const Router> router,
        std::unique_ptr<journal::Writer> writer,
        FileDescriptor listener
    );
    ~Worker();

    void Start(std::string name);
    /// Calls that begin from soon on go by this table; `done` is called then, on the worker's thread. Returns at once.
    void Route(std::shared_ptr<const Router> router, std::function<void()> done);
    /// Takes no new connections, ends idle ones, and the others within the drain time. Returns at once.
    void Drain();
    /// Waits for the thread to end.
    void Join();

    const Counters& counters() const noexcept { return context_.counters; }

private:
    Worker(
        const GatewayShared& shared,
        std::shared_ptr<const Router> router,
        std::unique_ptr<journal::Writer> writer,
        FileDescriptor listener,
        net::TlsContext tls
    );

    void Run();
    net::Task<void> AcceptAll();
    bool AcceptOne();
    net::Task<void> Serve(std::unique_ptr<ClientConnection> connection);
    void Tick();
    void BeginDrain();
    void QuitWhenEmpty();

    WorkerContext context_;
    std::unique_ptr<net::WatchedDescriptor> listener_;  ///< Null once draining.
    net::Signal accept_;
    std::vector<ClientConnection*> connections_;  ///< Each is owned by its coroutine.
    SteadyTime drain_until_ = SteadyTime::max();
    std::jthread thread_;
};

}  // namespace sightglass::capture
