#include "app/demo/gateway_client.h"

#include <memory>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "codec/compression.h"

namespace sightglass::demo {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t kIdleMax = 32;  // A client address.
constexpr std::size_t kAnswerBytesMax = 8U << 20;
constexpr Duration kAnswerTimeout = std::chrono::minutes(3);

/// Closes a socket when time is up. Its timer may ring after the exchange is over, so it does not
/// belong to the exchange.
struct Alarm {
    asio::ip::tcp::socket* socket = nullptr;  // Null once the exchange is over.
    bool rang = false;

    void Ring(const error_code& error) {
        if (!error && socket != nullptr) {
            rang = true;
            error_code ignored;
            socket->close(ignored);
        }
    }
};

}  // namespace

asio::awaitable<Exchange> GatewayClient::Send(
    const OutgoingRequest& request,
    std::string_view client_ip,
    std::optional<Duration> abort_after
) {
    Exchange exchange;
    const std::string bytes = Serialized(request);
    std::vector<Socket>& idle = idle_[std::string(client_ip)];
    for (bool reused = true; reused;) {
        std::optional<Socket> socket;
        reused = !idle.empty();
        if (reused) {
            socket = std::move(idle.back());
            idle.pop_back();
        } else {
            socket = co_await Connect(client_ip);
        }
        if (!socket) {
            co_return exchange;
        }
        const auto alarm = std::make_shared<Alarm>();
        alarm->socket = &*socket;
        asio::steady_timer timer(
            context_,
            std::chrono::microseconds(abort_after.value_or(kAnswerTimeout))
        );
        timer.async_wait([alarm](const error_code& error) { alarm->Ring(error); });
        bool keep = false;
        const bool begun = co_await Exchanged(*socket, bytes, exchange, keep);
        alarm->socket = nullptr;
        timer.cancel();
        const bool timed_out = alarm->rang;
        if (timed_out && abort_after) {
            exchange.end = ExchangeEnd::kAborted;
        }
        if (keep && !timed_out && idle.size() < kIdleMax) {
            idle.push_back(*std::move(socket));
        }
        if (begun || timed_out) {
            co_return exchange;
        }
        // A kept connection that the gateway had closed meanwhile: once more, on another one.
    }
    co_return exchange;
}

asio::awaitable<std::optional<GatewayClient::Socket>> GatewayClient::Connect(
    std::string_view client_ip
) {
    error_code error;
    Socket socket(context_);
    socket.open(gateway_.protocol(), error);
    if (!error && gateway_.address().is_v4() && gateway_.address().is_loopback()) {
        const auto address = asio::ip::make_address(client_ip, error);
        if (!error) {
            socket.bind({address, 0}, error);
        }
    }
    if (!error) {
        co_await socket.async_connect(gateway_, asio::redirect_error(asio::use_awaitable, error));
    }
    if (error) {
        co_return std::nullopt;
    }
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    co_return std::optional<Socket>(std::move(socket));
}

asio::awaitable<bool>
GatewayClient::Exchanged(Socket& socket, const std::string& bytes, Exchange& exchange, bool& keep) {
    error_code error;
    co_await asio::async_write(
        socket,
        asio::buffer(bytes),
        asio::redirect_error(asio::use_awaitable, error)
    );
    if (error) {
        co_return false;
    }
    exchange.sent = true;
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kAnswerBytesMax);
    co_await http::async_read_header(
        socket,
        buffer,
        parser,
        asio::redirect_error(asio::use_awaitable, error)
    );
    if (error) {
        co_return parser.got_some();
    }
    co_await http::async_read(
        socket,
        buffer,
        parser,
        asio::redirect_error(asio::use_awaitable, error)
    );
    exchange.status = static_cast<int>(parser.get().result_int());
    if (error) {
        co_return true;
    }
    exchange.end = ExchangeEnd::kAnswered;
    keep = parser.get().keep_alive();
    const beast::string_view encoding = parser.get()[http::field::content_encoding];
    auto body =
        codec::Decode({encoding.data(), encoding.size()}, parser.get().body(), kAnswerBytesMax);
    if (body.Ok()) {
        exchange.body = std::move(body).value();
    }
    co_return true;
}

std::string GatewayClient::Serialized(const OutgoingRequest& request) const {
    const asio::ip::address address = gateway_.address();
    const std::string host =
        address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    std::string bytes = "POST " + request.target + " HTTP/1.1\r\nhost: " + host + ":" +
                        std::to_string(gateway_.port());
    for (const auto& [name, value] : request.headers) {
        bytes.append("\r\n").append(name).append(": ").append(value);
    }
    bytes += "\r\ncontent-length: " + std::to_string(request.body.size()) + "\r\n\r\n";
    return bytes + request.body;
}

}  // namespace sightglass::demo
