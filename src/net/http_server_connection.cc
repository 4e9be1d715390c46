#include "net/http_server_connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <ctime>
#include <utility>
#include <vector>

#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>

#include "base/text.h"

namespace sightglass::net {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

/// What a client may send after a request whose answer goes on, or after one that was refused,
/// before it is cut off.
constexpr std::size_t kDiscardedBytesMax = 2U << 20;
constexpr std::chrono::seconds kLingerTime{2};
constexpr std::size_t kChunkBytesMax = 256U << 10;

std::string HttpDate() {
    const std::time_t now = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(Clock::System().Now())
    );
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    const std::size_t size =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return std::string(text.data(), size);
}

template <typename Body>
void FillHead(http::response<Body>& message, const HttpResponse& response, bool keep_alive) {
    message.version(11);
    message.result(static_cast<unsigned>(response.status));
    message.set(http::field::date, HttpDate());
    for (const HttpHeader& header : response.headers) {
        message.insert(header.name, header.value);
    }
    message.keep_alive(keep_alive);
}

bool HasNoBody(int status) {
    return status == 204 || status == 304;
}

/// An answer and the message that views its bytes, for as long as it is being written.
template <typename Body>
struct Outgoing {
    HttpResponse response;
    http::response<Body> message;
};

}  // namespace

HttpConnection::HttpConnection(
    std::shared_ptr<HttpServerShared>& server,
    asio::ip::tcp::socket socket,
    const AdoptedSocket& origin
)
    : weak_server_(server),
      server_(*server),
      stream_(std::move(socket)),
      client_ip_(origin.client_ip),
      single_answer_(origin.single_answer) {
    const std::string& read = origin.bytes_read;
    buffer_.commit(asio::buffer_copy(buffer_.prepare(read.size()), asio::buffer(read)));
    server_.connections.insert(this);
    server_.open = server_.connections.size();
}

HttpConnection::~HttpConnection() {
    if (exchange_) {
        exchange_->gone = true;
    }
    server_.connections.erase(this);
    server_.open = server_.connections.size();
}

void HttpConnection::Start() {
    Error ignored;
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    ReadHeader();
}

void HttpConnection::ReadHeader() {
    if (server_.draining) {
        return Cut();
    }
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(server_.options.header_bytes_max));
    parser_->body_limit(server_.options.body_bytes_max);
    stream_.expires_after(server_.options.keep_alive_timeout);
    http::async_read_header(
        stream_,
        buffer_,
        *parser_,
        [self = shared_from_this()](Error error, std::size_t) { self->OnHeader(error); }
    );
}

void HttpConnection::OnHeader(Error error) {
    if (error) {
        return RefuseUnreadable(error);
    }
    stream_.expires_after(server_.options.request_timeout);
    if (EqualsIgnoreCase(parser_->get()[http::field::expect], "100-continue")) {
        return SendContinue();
    }
    ReadBody();
}

void HttpConnection::SendContinue() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(
        stream_,
        asio::buffer(kContinue),
        [self = shared_from_this()](Error error, std::size_t) {
            if (!error) {
                self->ReadBody();
            }
        }
    );
}

void HttpConnection::ReadBody() {
    http::async_read(
        stream_,
        buffer_,
        *parser_,
        [self = shared_from_this()](Error error, std::size_t) { self->OnRequest(error); }
    );
}

void HttpConnection::OnRequest(Error error) {
    if (error) {
        return RefuseUnreadable(error);
    }
    stream_.expires_never();
    Dispatch();
}

void HttpConnection::RefuseUnreadable(Error error) {
    if (error.category() != http::make_error_code(http::error::bad_method).category() ||
        error == http::error::end_of_stream || error == http::error::partial_message) {
        return Cut();
    }
    int status = 400;
    if (error == http::error::body_limit) {
        status = 413;
    } else if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        status = 431;
    }
    HttpResponse refusal;
    if (server_.options.refuse) {
        refusal = server_.options.refuse(status, error.message());
    } else {
        refusal.status = status;
        refusal.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
        refusal.body = error.message() + "\n";
    }
    exchange_ = nullptr;
    is_head_ = false;
    WriteAnswer(std::move(refusal), false);
}

void HttpConnection::Dispatch() {
    auto message = parser_->release();
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    request.client_ip = client_ip_;
    for (const auto& field : message) {
        request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    request.body = std::move(message.body());
    is_head_ = message.method() == http::verb::head;
    is_http_1_0_ = message.version() < 11;
    keep_alive_ = message.keep_alive() && !single_answer_;

    exchange_ = std::make_shared<HttpExchange>();
    exchange_->server = weak_server_;
    exchange_->connection = weak_from_this();
    exchange_->stream_bytes_max = server_.options.stream_bytes_max;
    self_ = shared_from_this();
    WatchClient();
    server_.handler(std::move(request), NewHttpResponder(exchange_));
}

void HttpConnection::Answer(const HttpExchange& exchange, HttpResponse response) {
    if (&exchange == exchange_.get()) {
        const bool keep_alive = keep_alive_ && !response.close && !server_.draining;
        WriteAnswer(std::move(response), keep_alive);
        self_ = nullptr;
    }
}

void HttpConnection::WriteAnswer(HttpResponse response, bool keep_alive) {
    stream_.expires_after(server_.options.write_timeout);
    const auto write = [this, keep_alive](const auto& outgoing) {
        http::async_write(
            stream_,
            outgoing->message,
            [self = shared_from_this(), outgoing, keep_alive](Error error, std::size_t) {
                self->AfterAnswer(error, keep_alive);
            }
        );
    };
    const std::size_t size =
        response.static_body.empty() ? response.body.size() : response.static_body.size();
    if (is_head_ || HasNoBody(response.status)) {
        const auto outgoing = std::make_shared<Outgoing<http::empty_body>>();
        FillHead(outgoing->message, response, keep_alive);
        if (!HasNoBody(response.status)) {
            outgoing->message.content_length(size);
        }
        return write(outgoing);
    }
    const auto outgoing = std::make_shared<Outgoing<http::span_body<const char>>>();
    outgoing->response = std::move(response);
    FillHead(outgoing->message, outgoing->response, keep_alive);
    const char* bytes = outgoing->response.static_body.empty()
                            ? outgoing->response.body.data()
                            : outgoing->response.static_body.data();
    outgoing->message.body() = beast::span<const char>(bytes, size);
    outgoing->message.content_length(size);
    write(outgoing);
}

void HttpConnection::AfterAnswer(Error error, bool keep_alive) {
    exchange_ = nullptr;
    streaming_ = false;
    if (error) {
        return Cut();
    }
    if (!keep_alive) {
        return Linger();
    }
    ReadHeader();
}

void HttpConnection::StartStream(const HttpExchange& exchange, HttpResponse head) {
    if (&exchange != exchange_.get()) {
        return;
    }
    streaming_ = true;
    chunk_in_flight_ = true;
    discarded_bytes_ = 0;
    const auto outgoing = std::make_shared<Outgoing<http::empty_body>>();
    FillHead(outgoing->message, head, keep_alive_ && !is_http_1_0_);
    if (!is_http_1_0_) {
        outgoing->message.chunked(true);
    }
    auto serializer =
        std::make_shared<http::response_serializer<http::empty_body>>(outgoing->message);
    serializer->split(true);
    stream_.expires_after(server_.options.write_timeout);
    http::async_write_header(
        stream_,
        *serializer,
        [self = shared_from_this(), outgoing, serializer](Error error, std::size_t) {
            self->chunk_in_flight_ = false;
            if (error) {
                return self->LoseClient();
            }
            self->PumpStream();
        }
    );
    WatchClient();
    self_ = nullptr;
}

void HttpConnection::QueueStream(HttpExchange& exchange, std::shared_ptr<const std::string> bytes) {
    if (&exchange != exchange_.get() || exchange.gone) {
        exchange.queued_bytes -= bytes->size();
        return;
    }
    if (!bytes->empty()) {
        queue_.push_back(std::move(bytes));
        PumpStream();
    }
}

void HttpConnection::EndStream(const HttpExchange& exchange) {
    if (&exchange == exchange_.get()) {
        PumpStream();
    }
}

void HttpConnection::AbortStream(const HttpExchange& exchange) {
    if (&exchange == exchange_.get()) {
        LoseClient();
    }
}

void HttpConnection::PumpStream() {
    if (!streaming_ || chunk_in_flight_ || exchange_->gone) {
        return;
    }
    if (queue_.empty()) {
        if (exchange_->ended) {
            WriteLastChunk();
        } else {
            stream_.expires_never();
        }
        return;
    }
    const auto chunk = std::make_shared<std::vector<std::shared_ptr<const std::string>>>();
    std::size_t size = 0;
    std::vector<asio::const_buffer> buffers;
    while (!queue_.empty() && (size == 0 || size + queue_.front()->size() <= kChunkBytesMax)) {
        size += queue_.front()->size();
        buffers.push_back(asio::buffer(*queue_.front()));
        chunk->push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    chunk_in_flight_ = true;
    stream_.expires_after(server_.options.write_timeout);
    auto written = [self = shared_from_this(), chunk, size](Error error, std::size_t) {
        self->chunk_in_flight_ = false;
        if (self->exchange_) {
            self->exchange_->queued_bytes -= size;
        }
        if (error) {
            return self->LoseClient();
        }
        self->PumpStream();
    };
    if (is_http_1_0_) {
        asio::async_write(stream_, buffers, std::move(written));
    } else {
        asio::async_write(stream_, http::make_chunk(buffers), std::move(written));
    }
}

void HttpConnection::WriteLastChunk() {
    chunk_in_flight_ = true;
    const bool keep_alive = keep_alive_ && !is_http_1_0_ && !server_.draining;
    auto written = [self = shared_from_this(), keep_alive](Error error, std::size_t) {
        self->chunk_in_flight_ = false;
        self->AfterAnswer(error, keep_alive);
    };
    if (is_http_1_0_) {
        asio::async_write(stream_, asio::const_buffer(), std::move(written));
    } else {
        asio::async_write(stream_, http::make_chunk_last(), std::move(written));
    }
}

void HttpConnection::WatchClient() {
    if (watching_) {
        return;
    }
    watching_ = true;
    stream_.socket().async_wait(
        asio::socket_base::wait_read,
        [self = shared_from_this()](Error error) {
            self->watching_ = false;
            if (!error) {
                self->OnReadable();
            }
        }
    );
}

void HttpConnection::OnReadable() {
    if (!exchange_ || exchange_->gone) {
        return;
    }
    char byte = 0;
    const ssize_t got = ::recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    const bool lost = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
    if (lost || (streaming_ && !DiscardInput())) {
        exchange_->gone = true;
        if (streaming_) {
            LoseClient();
        }
        return;
    }
    // The next request may wait in the socket until this one is answered; under a stream nothing
    // comes after it.
    if (streaming_ || got < 0) {
        WatchClient();
    }
}

bool HttpConnection::DiscardInput() {
    const ssize_t got =
        ::recv(stream_.socket().native_handle(), discard_.data(), discard_.size(), MSG_DONTWAIT);
    discarded_bytes_ += got > 0 ? static_cast<std::size_t>(got) : 0;
    return discarded_bytes_ <= kDiscardedBytesMax;
}

void HttpConnection::LoseClient() {
    if (exchange_) {
        exchange_->gone = true;
    }
    queue_.clear();
    Cut();
}

void HttpConnection::Drain() {
    if (!exchange_) {
        return Cut();
    }
    keep_alive_ = false;
    if (streaming_) {
        exchange_->ended = true;
        PumpStream();
    }
}

void HttpConnection::Cut() {
    Error ignored;
    stream_.socket().shutdown(asio::socket_base::shutdown_both, ignored);
    stream_.close();
    const auto last = std::exchange(self_, nullptr);
}

void HttpConnection::Linger() {
    Error ignored;
    stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
    stream_.expires_after(kLingerTime);
    discarded_bytes_ = 0;
    ReadAndDiscard();
}

void HttpConnection::ReadAndDiscard() {
    stream_.async_read_some(
        asio::buffer(discard_),
        [self = shared_from_this()](Error error, std::size_t got) {
            self->discarded_bytes_ += got;
            if (error || self->discarded_bytes_ > kDiscardedBytesMax) {
                return self->Cut();
            }
            self->ReadAndDiscard();
        }
    );
}

}  // namespace sightglass::net
