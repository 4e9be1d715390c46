// One client connection of the HTTP server: reads a request, hands it to the handler, writes its
// answer, and again. Private to http_server*.
//
// Thread-safety: everything here belongs to the server's thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/http_server.h"
#include "net/http_server_exchange.h"

namespace sightglass::net {

struct HttpServerShared {
    HttpServerOptions options;
    HttpHandler handler;
    std::unordered_set<HttpConnection*> connections;
    std::atomic<std::size_t> open{0};
    bool draining = false;
    boost::asio::io_context io{1};  // Last: goes first.
};

class HttpConnection final : public std::enable_shared_from_this<HttpConnection> {
public:
    /// `server` outlives every connection: they live in its loop.
    HttpConnection(
        std::shared_ptr<HttpServerShared>& server,
        boost::asio::ip::tcp::socket socket,
        const AdoptedSocket& origin
    );
    ~HttpConnection();
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    void Start();

    /// Takes no more requests; ends a stream; closes at once when nothing is in flight.
    void Drain();

    /// Closes at once.
    void Cut();

    // From the exchange. Those of an exchange that is not the current one do nothing.
    void Answer(const HttpExchange& exchange, HttpResponse response);
    void StartStream(const HttpExchange& exchange, HttpResponse head);
    void QueueStream(HttpExchange& exchange, std::shared_ptr<const std::string> bytes);
    void EndStream(const HttpExchange& exchange);
    void AbortStream(const HttpExchange& exchange);

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    using Error = boost::system::error_code;

    void ReadHeader();
    void OnHeader(Error error);
    void SendContinue();
    void ReadBody();
    void OnRequest(Error error);
    void Dispatch();
    void RefuseUnreadable(Error error);
    void WriteAnswer(HttpResponse response, bool keep_alive);
    void AfterAnswer(Error error, bool keep_alive);
    void WatchClient();
    void OnReadable();
    bool DiscardInput();
    void PumpStream();
    void WriteLastChunk();
    void LoseClient();
    void Linger();
    void ReadAndDiscard();

    const std::weak_ptr<HttpServerShared> weak_server_;
    HttpServerShared& server_;
    boost::beast::tcp_stream stream_;
    boost::beast::flat_buffer buffer_;
    const std::string client_ip_;
    const bool single_answer_;

    std::optional<Parser> parser_;
    std::shared_ptr<HttpConnection>
        self_;  ///< Set while the handler works: then nothing else may hold on to this.
    std::shared_ptr<HttpExchange> exchange_;  ///< Of the request in flight; null between requests.
    bool keep_alive_ = false;                 ///< Of the request in flight.
    bool is_head_ = false;
    bool is_http_1_0_ = false;
    bool watching_ = false;

    bool streaming_ = false;
    bool chunk_in_flight_ = false;
    std::deque<std::shared_ptr<const std::string>> queue_;
    std::size_t discarded_bytes_ = 0;
    std::array<char, 4096> discard_{};
};

}  // namespace sightglass::net
