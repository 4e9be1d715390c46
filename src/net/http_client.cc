#include "net/http_client.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "base/text.h"

namespace sightglass::net {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr std::size_t kReadBytes = 64U << 10;

using Parser = http::response_parser<http::buffer_body>;

Error ToError(const boost::system::error_code& error, std::string_view action) {
    ErrorCode code = ErrorCode::kIo;
    if (error == beast::error::timeout) {
        code = ErrorCode::kTimeout;
    } else if (error == asio::error::connection_refused) {
        code = ErrorCode::kUnavailable;
    } else if (error.category() == http::make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream && error != http::error::partial_message) {
        code = ErrorCode::kCorrupt;
    }
    return Error{code, std::string(action) + ": " + error.message()};
}

}  // namespace

std::string_view HttpClientResponse::Header(std::string_view name) const noexcept {
    const auto found =
        std::find_if(headers.begin(), headers.end(), [name](const HttpHeader& header) {
            return EqualsIgnoreCase(header.name, name);
        });
    return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

struct HttpClient::Impl {
    std::string host;
    std::uint16_t port;
    HttpClientOptions options;
    asio::io_context io{1};
    std::unique_ptr<beast::tcp_stream> stream;
    beast::flat_buffer buffer;

    /// Runs one asynchronous operation to its end: only those can be timed.
    template <typename Start>
    boost::system::error_code Run(Start start) {
        boost::system::error_code result;
        start([&result](boost::system::error_code error, auto&&...) { result = error; });
        io.restart();
        io.run();
        return result;
    }

    Status Connect();
    Status Write(const HttpClientRequest& request);
    void Fill(http::request<http::string_body>& message, const HttpClientRequest& request) const;
    Status ReadHeader(Parser& parser);
    Status ReadBody(Parser& parser, const std::function<bool(std::string_view)>& consume);
    Result<HttpClientResponse> Exchange(
        const HttpClientRequest& request,
        const std::function<bool(std::string_view)>* consume
    );
    Result<HttpClientResponse> ExchangeOnce(
        const HttpClientRequest& request,
        const std::function<bool(std::string_view)>* consume,
        bool& got_header
    );
};

Status HttpClient::Impl::Connect() {
    const std::string where = "connect to " + host + ":" + std::to_string(port);
    boost::system::error_code error;
    tcp::resolver resolver(io);
    const auto endpoints = resolver.resolve(host, std::to_string(port), error);
    if (error) {
        return ToError(error, where);
    }
    stream = std::make_unique<beast::tcp_stream>(io);
    buffer.clear();
    stream->expires_after(options.connect_timeout);
    error = Run([&](auto done) { stream->async_connect(endpoints, std::move(done)); });
    if (error) {
        stream = nullptr;
        return ToError(error, where);
    }
    stream->socket().set_option(tcp::no_delay(true), error);
    return {};
}

Status HttpClient::Impl::Write(const HttpClientRequest& request) {
    http::request<http::string_body> message;
    try {
        Fill(message, request);
    } catch (const std::exception& failure) {
        return Error{
            ErrorCode::kInvalidArgument,
            std::string("the request cannot be sent: ") + failure.what()};
    }
    stream->expires_after(options.read_timeout);
    const auto error =
        Run([&](auto done) { http::async_write(*stream, message, std::move(done)); });
    return error ? Status(ToError(error, "send the request")) : Status();
}

void HttpClient::Impl::Fill(
    http::request<http::string_body>& message,
    const HttpClientRequest& request
) const {
    message.version(11);
    message.method_string(request.method);
    message.target(request.target);
    message.set(http::field::host, host + ":" + std::to_string(port));
    message.set(http::field::user_agent, "sightglass");
    for (const HttpHeader& header : request.headers) {
        if (EqualsIgnoreCase(header.name, "host")) {
            message.set(http::field::host, header.value);
        } else {
            message.insert(header.name, header.value);
        }
    }
    message.body() = request.body;
    message.prepare_payload();
}

Status HttpClient::Impl::ReadHeader(Parser& parser) {
    stream->expires_after(options.read_timeout);
    const auto error =
        Run([&](auto done) { http::async_read_header(*stream, buffer, parser, std::move(done)); });
    return error ? Status(ToError(error, "read the answer")) : Status();
}

Status
HttpClient::Impl::ReadBody(Parser& parser, const std::function<bool(std::string_view)>& consume) {
    std::array<char, kReadBytes> bytes{};
    while (!parser.is_done()) {
        parser.get().body().data = bytes.data();
        parser.get().body().size = bytes.size();
        stream->expires_after(options.read_timeout);
        auto error = Run([&](auto done) {
            http::async_read_some(*stream, buffer, parser, std::move(done));
        });
        if (error == http::error::need_buffer) {
            error = {};
        }
        const std::size_t got = bytes.size() - parser.get().body().size;
        if (got > 0 && !consume(std::string_view(bytes.data(), got))) {
            stream = nullptr;
            return {};
        }
        if (error) {
            stream = nullptr;
            return ToError(error, "read the answer");
        }
    }
    if (!parser.keep_alive()) {
        stream = nullptr;
    }
    return {};
}

Result<HttpClientResponse> HttpClient::Impl::ExchangeOnce(
    const HttpClientRequest& request,
    const std::function<bool(std::string_view)>* consume,
    bool& got_header
) {
    SG_TRY(Write(request));
    Parser parser;
    parser.body_limit(boost::none);
    parser.skip(request.method == "HEAD");
    SG_TRY(ReadHeader(parser));
    got_header = true;
    HttpClientResponse response;
    response.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
        response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    if (consume != nullptr && response.status / 100 == 2) {
        SG_TRY(ReadBody(parser, *consume));
        return response;
    }
    bool too_large = false;
    SG_TRY(ReadBody(parser, [&](std::string_view bytes) {
        too_large = response.body.size() + bytes.size() > options.body_bytes_max;
        response.body += too_large ? std::string_view() : bytes;
        return !too_large;
    }));
    if (too_large) {
        return Error{
            ErrorCode::kTooLarge,
            "the answer is larger than " + std::to_string(options.body_bytes_max) + " bytes"};
    }
    return response;
}

Result<HttpClientResponse> HttpClient::Impl::Exchange(
    const HttpClientRequest& request,
    const std::function<bool(std::string_view)>* consume
) {
    const bool reused = stream != nullptr;
    if (!reused) {
        SG_TRY(Connect());
    }
    bool got_header = false;
    auto response = ExchangeOnce(request, consume, got_header);
    if (response.Ok()) {
        return response;
    }
    stream = nullptr;
    // A kept connection may have been closed by the server meanwhile: then it did not take the request.
    if (reused && !got_header && response.error().code == ErrorCode::kIo) {
        SG_TRY(Connect());
        response = ExchangeOnce(request, consume, got_header);
        if (!response.Ok()) {
            stream = nullptr;
        }
    }
    return response;
}

HttpClient::HttpClient(std::string host, std::uint16_t port, const HttpClientOptions& options)
    : impl_(std::make_unique<Impl>()) {
    impl_->host = std::move(host);
    impl_->port = port;
    impl_->options = options;
}

HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<HttpClientResponse> HttpClient::Send(const HttpClientRequest& request) {
    return impl_->Exchange(request, nullptr);
}

Result<HttpClientResponse> HttpClient::Stream(
    const HttpClientRequest& request,
    const std::function<bool(std::string_view bytes)>& consume
) {
    return impl_->Exchange(request, &consume);
}

}  // namespace sightglass::net
