#include "capture/gateway/worker.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/log.h"
#include "base/thread.h"
#include "net/socket.h"

namespace sightglass::capture {
namespace {

constexpr Duration kTickInterval = std::chrono::milliseconds(100);

/// OpenSSL writes with write(2), which raises SIGPIPE.
void BlockBrokenPipeSignal() noexcept {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

Result<std::unique_ptr<Worker>> Worker::Create(
    const GatewayShared& shared,
    std::shared_ptr<const Router> router,
    std::unique_ptr<journal::Writer> writer,
    FileDescriptor listener
) {
    SG_ASSIGN_OR_RETURN(net::TlsContext tls, net::TlsContext::Create(shared.options.ca_file));
    return std::unique_ptr<Worker>(new Worker(
        shared,
        std::move(router),
        std::move(writer),
        std::move(listener),
        std::move(tls)
    ));
}

Worker::Worker(
    const GatewayShared& shared,
    std::shared_ptr<const Router> router,
    std::unique_ptr<journal::Writer> writer,
    FileDescriptor listener,
    net::TlsContext tls
)
    : context_(shared, std::move(router), std::move(writer), std::move(tls)),
      listener_(
          std::make_unique<net::WatchedDescriptor>(context_.loop, std::move(listener), accept_)
      ) {}

Worker::~Worker() = default;

void Worker::Start(std::string name) {
    thread_ = StartThread(std::move(name), Priority::kServing, [this](std::stop_token) { Run(); });
}

void Worker::Route(std::shared_ptr<const Router> router, std::function<void()> done) {
    context_.loop.Post([this, router = std::move(router), done = std::move(done)] {
        context_.Route(router);
        done();
    });
}

void Worker::Drain() {
    context_.loop.Post([this] { BeginDrain(); });
}

void Worker::Join() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Worker::Run() {
    BlockBrokenPipeSignal();
    context_.loop.SetTick(kTickInterval, [this] { Tick(); });
    net::Spawn(AcceptAll());
    context_.loop.Run();
}

net::Task<void> Worker::AcceptAll() {
    while (listener_ != nullptr) {
        while (AcceptOne()) {
        }
        if (listener_ != nullptr) {
            co_await accept_.Wait();
        }
    }
}

/// False where there is no connection to accept now.
bool Worker::AcceptOne() {
    if (listener_ == nullptr || connections_.size() >= context_.shared.options.connections_max) {
        return false;  // The rest waits in the listener's queue until the tick looks again.
    }
    net::SocketAddress peer;
    FileDescriptor socket = net::Accept(listener_->fd(), peer);
    if (!socket.Valid()) {
        if (errno == ECONNABORTED || errno == EINTR) {
            return true;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK) {
            Log(LogLevel::kError, "gateway", "accept: " + std::generic_category().message(errno));
        } else {
            listener_->AwaitReadable();
        }
        return false;
    }
    auto connection = std::make_unique<ClientConnection>(context_, std::move(socket), peer.Ip());
    connections_.push_back(connection.get());
    context_.counters.connections.Add(1);
    net::Spawn(Serve(std::move(connection)));
    return true;
}

net::Task<void> Worker::Serve(std::unique_ptr<ClientConnection> connection) {
    co_await connection->Run();
    std::erase(connections_, connection.get());
    connection = nullptr;
    context_.counters.connections.Add(-1);
    QuitWhenEmpty();
}

void Worker::Tick() {
    context_.now = std::chrono::steady_clock::now();
    context_.upstreams.Tick(context_.now);
    accept_.Raise();
    const bool cut = context_.now >= drain_until_;
    // A connection that is woken may end, and so leave the list.
    for (std::size_t i = connections_.size(); i > 0; --i) {
        if (i > connections_.size()) {
            continue;
        }
        Waiter& waiter = connections_[i - 1]->waiter();
        if (cut) {
            waiter.Cut();
        } else {
            waiter.Check(context_.now);
        }
    }
    QuitWhenEmpty();
}

void Worker::BeginDrain() {
    if (context_.draining) {
        return;
    }
    while (AcceptOne()) {  // Who is in the queue has been promised an answer.
    }
    context_.draining = true;
    drain_until_ = std::chrono::steady_clock::now() + context_.shared.options.drain_timeout;
    listener_ = nullptr;
    accept_.Raise();
    for (std::size_t i = connections_.size(); i > 0; --i) {
        if (i <= connections_.size() && connections_[i - 1]->Idle()) {
            connections_[i - 1]->waiter().changed.Raise();
        }
    }
    QuitWhenEmpty();
}

void Worker::QuitWhenEmpty() {
    if (context_.draining && connections_.empty()) {
        context_.upstreams.Close();
        context_.loop.Quit();
    }
}

}  // namespace sightglass::capture
