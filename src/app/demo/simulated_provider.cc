#include "app/demo/simulated_provider.h"

#include <array>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/thread.h"

namespace sightglass::demo {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using RequestParser = http::request_parser<http::string_body>;

constexpr std::uint64_t kBodyBytesMax = 32U << 20;
constexpr std::uint32_t kHeaderBytesMax = 64U << 10;
constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string_view View(beast::string_view text) {
    return {text.data(), text.size()};
}

std::string_view ReasonOf(int status) {
    const beast::string_view reason = http::obsolete_reason(static_cast<http::status>(status));
    return View(reason);
}

std::string HeadOf(const Reply& reply) {
    std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " ";
    head += ReasonOf(reply.status);
    for (const auto& [name, value] : reply.headers) {
        head.append("\r\n").append(name).append(": ").append(value);
    }
    head += reply.stream ? "\r\ntransfer-encoding: chunked"
                         : "\r\ncontent-length: " + std::to_string(reply.body.size());
    return head + "\r\n\r\n";
}

std::string ChunkOf(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string size;
    for (std::size_t rest = bytes.size(); rest > 0; rest /= 16) {
        size.insert(size.begin(), kDigits[rest % 16]);
    }
    std::string chunk = size + "\r\n";
    chunk += bytes;
    return chunk + "\r\n";
}

ProviderRequest RequestOf(const http::request<http::string_body>& message) {
    ProviderRequest request;
    request.method = View(message.method_string());
    request.target = View(message.target());
    request.authorization = View(message[http::field::authorization]);
    request.accept_encoding = View(message[http::field::accept_encoding]);
    request.body = message.body();
    return request;
}

class Server final : public SimulatedProvider {
public:
    Server(const SimulatedProviderOptions& options, const Clock& clock)
        : speed_(options.speed),
          clock_(clock),
          responder_(options.responder),
          acceptor_(context_) {}

    ~Server() override { Stop(); }

    Status Listen(std::uint16_t port) {
        error_code error;
        const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
        acceptor_.open(endpoint.protocol(), error);
        if (!error) {
            acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
        }
        if (!error) {
            acceptor_.bind(endpoint, error);
        }
        if (!error) {
            acceptor_.listen(asio::socket_base::max_listen_connections, error);
        }
        if (error) {
            return Error{
                ErrorCode::kIo,
                "the simulated provider cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                    error.message()};
        }
        port_ = acceptor_.local_endpoint().port();
        asio::co_spawn(context_, Accept(), asio::detached);
        thread_ = StartThread("sim-0", Priority::kNormal, [this](const std::stop_token&) {
            context_.run();
        });
        return {};
    }

    std::uint16_t Port() const noexcept override { return port_; }

    void Stop() override {
        context_.stop();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    asio::awaitable<void> Accept() {
        for (;;) {
            error_code error;
            tcp::socket socket =
                co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
            if (error == asio::error::operation_aborted) {
                co_return;
            }
            if (error) {  // No descriptors left, for example: let others end first.
                co_await Wait(std::chrono::milliseconds(50));
                continue;
            }
            socket.set_option(tcp::no_delay(true), error);
            asio::co_spawn(context_, Serve(std::move(socket)), asio::detached);
        }
    }

    asio::awaitable<void> Serve(tcp::socket socket) {
        beast::flat_buffer buffer;
        bool open = true;
        while (open) {
            RequestParser parser;
            parser.header_limit(kHeaderBytesMax);
            parser.body_limit(kBodyBytesMax);
            const bool read = co_await Read(socket, buffer, parser);
            if (!read) {
                co_return;
            }
            const Reply reply = responder_.Respond(RequestOf(parser.get()), clock_.Now());
            const bool usable = co_await Play(socket, reply);
            open = usable && parser.get().keep_alive();
        }
    }

    static asio::awaitable<bool>
    Read(tcp::socket& socket, beast::flat_buffer& buffer, RequestParser& parser) {
        error_code error;
        co_await http::async_read_header(
            socket,
            buffer,
            parser,
            asio::redirect_error(asio::use_awaitable, error)
        );
        if (error) {
            co_return false;
        }
        if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
            static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
            co_await asio::async_write(
                socket,
                asio::buffer(kContinue),
                asio::redirect_error(asio::use_awaitable, error)
            );
        }
        if (!error) {
            co_await http::async_read(
                socket,
                buffer,
                parser,
                asio::redirect_error(asio::use_awaitable, error)
            );
        }
        co_return !error;
    }

    // True where the connection can carry another request.
    asio::awaitable<bool> Play(tcp::socket& socket, const Reply& reply) {
        co_await Wait(reply.delay);
        const std::string first = HeadOf(reply) + reply.body;
        bool written = co_await Write(socket, first);
        for (const Piece& piece : reply.pieces) {
            if (!written) {
                break;
            }
            co_await Wait(piece.after);
            const std::string chunk = ChunkOf(piece.bytes);
            written = co_await Write(socket, chunk);
        }
        if (written && reply.stream && !reply.cut_off) {
            written = co_await Write(socket, kLastChunk);
        }
        co_return written && !reply.cut_off;
    }

    static asio::awaitable<bool> Write(tcp::socket& socket, std::string_view bytes) {
        error_code error;
        co_await asio::async_write(
            socket,
            asio::buffer(bytes),
            asio::redirect_error(asio::use_awaitable, error)
        );
        co_return !error;
    }

    asio::awaitable<void> Wait(Duration duration) {
        if (speed_ <= 0 || duration.count() <= 0) {
            co_return;
        }
        const auto us = static_cast<std::int64_t>(static_cast<double>(duration.count()) / speed_);
        asio::steady_timer timer(context_, std::chrono::microseconds(us));
        error_code error;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }

    const double speed_;
    const Clock& clock_;
    Responder responder_;
    asio::io_context context_{1};
    tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<SimulatedProvider>>
SimulatedProvider::Start(const SimulatedProviderOptions& options, const Clock& clock) {
    auto server = std::make_unique<Server>(options, clock);
    SG_TRY(server->Listen(options.port));
    return std::unique_ptr<SimulatedProvider>(std::move(server));
}

}  // namespace sightglass::demo
