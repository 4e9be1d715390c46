#include "net/http_server_exchange.h"

#include <utility>

#include <boost/asio/dispatch.hpp>

#include "net/http_server_connection.h"

namespace sightglass::net {
namespace {

/// Runs `work(connection)` on the server's thread, unless the connection or the server is gone by
/// then.
template <typename Work>
void OnServerThread(const std::shared_ptr<HttpExchange>& exchange, Work work) {
    const auto server = exchange->server.lock();
    if (!server) {
        return;
    }
    boost::asio::dispatch(server->io, [exchange, work = std::move(work)]() mutable {
        if (const auto connection = exchange->connection.lock()) {
            work(*connection);
        }
    });
}

class Stream final : public HttpStream {
public:
    explicit Stream(std::shared_ptr<HttpExchange> exchange) : exchange_(std::move(exchange)) {}

    ~Stream() override { End(); }

    bool Write(std::shared_ptr<const std::string> bytes) override {
        const std::size_t size = bytes->size();
        if (exchange_->gone || exchange_->ended) {
            return false;
        }
        if (exchange_->queued_bytes.fetch_add(size) + size > exchange_->stream_bytes_max) {
            exchange_->queued_bytes -= size;
            return false;
        }
        OnServerThread(
            exchange_,
            [exchange = exchange_, bytes = std::move(bytes)](HttpConnection& connection) mutable {
                connection.QueueStream(*exchange, std::move(bytes));
            }
        );
        return true;
    }

    std::size_t QueuedBytes() const noexcept override { return exchange_->queued_bytes; }

    bool Gone() const noexcept override { return exchange_->gone; }

    void End() override {
        if (!exchange_->ended.exchange(true)) {
            OnServerThread(exchange_, [exchange = exchange_](HttpConnection& connection) {
                connection.EndStream(*exchange);
            });
        }
    }

    void Abort() override {
        exchange_->ended = true;
        OnServerThread(exchange_, [exchange = exchange_](HttpConnection& connection) {
            connection.AbortStream(*exchange);
        });
    }

private:
    std::shared_ptr<HttpExchange> exchange_;
};

class Responder final : public HttpResponder {
public:
    explicit Responder(std::shared_ptr<HttpExchange> exchange) : exchange_(std::move(exchange)) {}

    ~Responder() override {
        if (!exchange_->answered) {
            Send(HttpResponse{.status = 500, .close = true});
        }
    }

    void Send(HttpResponse response) override {
        if (exchange_->answered.exchange(true)) {
            return;
        }
        OnServerThread(
            exchange_,
            [exchange = exchange_, response = std::move(response)](HttpConnection& connection
            ) mutable { connection.Answer(*exchange, std::move(response)); }
        );
    }

    std::shared_ptr<HttpStream> StartStream(HttpResponse head) override {
        if (!exchange_->answered.exchange(true)) {
            OnServerThread(
                exchange_,
                [exchange = exchange_, head = std::move(head)](HttpConnection& connection) mutable {
                    connection.StartStream(*exchange, std::move(head));
                }
            );
        }
        return std::make_shared<Stream>(exchange_);
    }

    bool ClientGone() const noexcept override { return exchange_->gone; }

private:
    std::shared_ptr<HttpExchange> exchange_;
};

}  // namespace

std::shared_ptr<HttpResponder> NewHttpResponder(std::shared_ptr<HttpExchange> exchange) {
    return std::make_shared<Responder>(std::move(exchange));
}

}  // namespace sightglass::net
