#include "net/http_server.h"

#include <sys/socket.h>

#include <chrono>
#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/files.h"
#include "base/log.h"
#include "base/thread.h"
#include "net/http_server_connection.h"

namespace sightglass::net {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kAcceptRetryDelay{100};
constexpr std::string_view kTooManyConnections =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\nRetry-After: "
    "1\r\n"
    "x-sightglass-error: 1\r\n\r\n";

std::string AddressText(const tcp::socket& socket) {
    boost::system::error_code error;
    const tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) {
        return {};
    }
    const asio::ip::address address = peer.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

Result<tcp::endpoint> Resolve(asio::io_context& io, const std::string& host, std::uint16_t port) {
    boost::system::error_code error;
    const asio::ip::address address = asio::ip::make_address(host, error);
    if (!error) {
        return tcp::endpoint(address, port);
    }
    tcp::resolver resolver(io);
    const auto found = resolver.resolve(tcp::v4(), host, std::to_string(port), error);
    if (error || found.empty()) {
        return Error{ErrorCode::kInvalidArgument, "there is no address named " + host};
    }
    return found.begin()->endpoint();
}

class Server final : public HttpServer {
public:
    Server(const HttpServerOptions& options, HttpHandler handler)
        : shared_(std::make_shared<HttpServerShared>()), work_(shared_->io.get_executor()) {
        shared_->options = options;
        shared_->handler = std::move(handler);
        thread_ =
            StartThread(options.thread_name, Priority::kNormal, [this](const std::stop_token&) {
                shared_->io.run();
            });
    }

    ~Server() override { Stop(); }

    Result<std::uint16_t> Listen(const std::string& host, std::uint16_t port) override;
    void Adopt(AdoptedSocket socket) override;
    void Every(Duration interval, std::function<void()> work) override;
    void After(Duration delay, std::function<void()> work) override;

    std::size_t Connections() const noexcept override { return shared_->open; }

    void Stop() override;

private:
    using Acceptor = std::shared_ptr<tcp::acceptor>;
    using Timer = std::shared_ptr<asio::steady_timer>;

    void Accept(const Acceptor& acceptor);
    void Serve(tcp::socket socket, const AdoptedSocket& origin);
    void Repeat(
        const Timer& timer,
        Duration interval,
        const std::shared_ptr<std::function<void()>>& work
    );
    void Drain();
    template <typename Work>
    void ForEachConnection(Work work);

    std::shared_ptr<HttpServerShared> shared_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::vector<Acceptor> acceptors_;  // On the server's thread.
    std::jthread thread_;
};

Result<std::uint16_t> Server::Listen(const std::string& host, std::uint16_t port) {
    SG_ASSIGN_OR_RETURN(const tcp::endpoint endpoint, Resolve(shared_->io, host, port));
    auto acceptor = std::make_shared<tcp::acceptor>(shared_->io);
    boost::system::error_code error;
    acceptor->open(endpoint.protocol(), error);
    if (!error) {
        acceptor->set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
        acceptor->bind(endpoint, error);
    }
    if (!error) {
        acceptor->listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        const bool taken = error == asio::error::address_in_use;
        return Error{
            taken ? ErrorCode::kConflict : ErrorCode::kIo,
            "listen on " + host + ":" + std::to_string(port) + ": " + error.message()};
    }
    const std::uint16_t taken_port = acceptor->local_endpoint(error).port();
    asio::post(shared_->io, [this, acceptor = std::move(acceptor)] {
        acceptors_.push_back(acceptor);
        Accept(acceptor);
    });
    return taken_port;
}

void Server::Accept(const Acceptor& acceptor) {
    acceptor->async_accept([this, acceptor](boost::system::error_code error, tcp::socket socket) {
        if (error == asio::error::operation_aborted || shared_->draining) {
            return;
        }
        if (error) {
            // No file descriptors left, most likely: others will be closed.
            return After(std::chrono::duration_cast<Duration>(kAcceptRetryDelay), [this, acceptor] {
                Accept(acceptor);
            });
        }
        AdoptedSocket origin;
        origin.client_ip = AddressText(socket);
        Serve(std::move(socket), origin);
        Accept(acceptor);
    });
}

void Server::Serve(tcp::socket socket, const AdoptedSocket& origin) {
    if (shared_->draining) {
        return;
    }
    if (shared_->connections.size() >= shared_->options.connections_max) {
        Log(LogLevel::kDebug, "net", "too many control connections");
        static_cast<void>(::send(
            socket.native_handle(),
            kTooManyConnections.data(),
            kTooManyConnections.size(),
            MSG_DONTWAIT | MSG_NOSIGNAL
        ));
        return;
    }
    std::make_shared<HttpConnection>(shared_, std::move(socket), origin)->Start();
}

void Server::Adopt(AdoptedSocket adopted) {
    // Owned while it waits, so that a loop that has ended does not leave it open.
    auto owned = std::make_shared<FileDescriptor>(adopted.fd);
    asio::post(shared_->io, [this, owned, adopted = std::move(adopted)] {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        if (::getsockname(owned->get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            return;
        }
        tcp::socket socket(shared_->io);
        boost::system::error_code error;
        socket.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), owned->get(), error);
        if (error) {
            return;
        }
        static_cast<void>(owned->Release());
        Serve(std::move(socket), adopted);
    });
}

void Server::Every(Duration interval, std::function<void()> work) {
    asio::post(
        shared_->io,
        [this, interval, work = std::make_shared<std::function<void()>>(std::move(work))] {
            Repeat(
                std::make_shared<asio::steady_timer>(shared_->io, std::chrono::steady_clock::now()),
                interval,
                work
            );
        }
    );
}

void Server::Repeat(
    const Timer& timer,
    Duration interval,
    const std::shared_ptr<std::function<void()>>& work
) {
    // From the last time it was due, so that the pace does not drift; never to catch up.
    const auto due = std::max(timer->expiry() + interval, std::chrono::steady_clock::now());
    timer->expires_at(due);
    timer->async_wait([this, timer, interval, work](boost::system::error_code error) {
        if (error || shared_->draining) {
            return;
        }
        (*work)();
        Repeat(timer, interval, work);
    });
}

void Server::After(Duration delay, std::function<void()> work) {
    if (delay <= Duration::zero()) {
        asio::post(shared_->io, std::move(work));
        return;
    }
    auto timer = std::make_shared<asio::steady_timer>(shared_->io, delay);
    timer->async_wait([this, timer, work = std::move(work)](boost::system::error_code error) {
        if (!error && !shared_->draining) {
            work();
        }
    });
}

void Server::Drain() {
    shared_->draining = true;
    for (const Acceptor& acceptor : acceptors_) {
        boost::system::error_code ignored;
        acceptor->close(ignored);
    }
    ForEachConnection([](HttpConnection& connection) { connection.Drain(); });
}

template <typename Work>
void Server::ForEachConnection(Work work) {
    // A copy that holds them: closing one ends it, and it leaves the set.
    std::vector<std::shared_ptr<HttpConnection>> all;
    for (HttpConnection* connection : shared_->connections) {
        all.push_back(connection->shared_from_this());
    }
    for (const auto& connection : all) {
        work(*connection);
    }
}

void Server::Stop() {
    if (!thread_.joinable()) {
        return;
    }
    asio::post(shared_->io, [this] {
        Drain();
        auto check = std::make_shared<std::function<void()>>();
        auto timer = std::make_shared<asio::steady_timer>(shared_->io);
        const auto deadline = std::chrono::steady_clock::now() + shared_->options.drain_timeout;
        *check = [this, timer, deadline, weak = std::weak_ptr(check)] {
            if (shared_->connections.empty() || std::chrono::steady_clock::now() >= deadline) {
                ForEachConnection([](HttpConnection& connection) { connection.Cut(); });
                work_.reset();
                return shared_->io.stop();
            }
            timer->expires_after(std::chrono::milliseconds(5));
            timer->async_wait([keep = weak.lock()](boost::system::error_code) { (*keep)(); });
        };
        (*check)();
    });
    thread_.join();
}

}  // namespace

Result<std::unique_ptr<HttpServer>>
HttpServer::Start(const HttpServerOptions& options, HttpHandler handler) {
    return std::unique_ptr<HttpServer>(std::make_unique<Server>(options, std::move(handler)));
}

}  // namespace sightglass::net
