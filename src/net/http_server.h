// An HTTP/1.1 server for what is not hot: API, dashboard, the demo's provider. One thread runs all
// connections and the handler; answers may come later from any thread, whole or as a stream.
// Everything is bounded.
//
//   auto server = HttpServer::Start({}, [](HttpRequest request, std::shared_ptr<HttpResponder>
//   responder) {
//       responder->Send({.status = 200, .body = "ok"});
//   });
//   auto port = (*server)->Listen("127.0.0.1", 0);
//
// Thread-safety: as each class says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sightglass::net {

struct HttpResponse;

struct HttpServerOptions {
    std::string thread_name = "control-0";
    std::size_t header_bytes_max = 64U << 10;
    std::size_t body_bytes_max = 1U << 20;
    std::size_t connections_max = 1'000;
    std::size_t stream_bytes_max =
        1U << 20;  ///< Written to a stream and not yet taken by the client; Write refuses more.
    Duration request_timeout = std::chrono::seconds(30);     ///< For reading one request.
    Duration keep_alive_timeout = std::chrono::seconds(75);  ///< Between requests.
    Duration write_timeout =
        std::chrono::seconds(30);  ///< For the client to take what was written.
    Duration drain_timeout =
        std::chrono::seconds(5);  ///< For requests in flight when the server stops.
    /// Shapes the answer to what is not a request (400), has too large a header (431) or body
    /// (413). Null: plain text.
    std::function<HttpResponse(int status, std::string_view why)> refuse;
};

struct HttpHeader {
    std::string name;
    std::string value;
};

/// Thread-safety: plain value.
struct HttpRequest {
    std::string method;
    std::string target;  ///< As sent: "/api/v1/query?metrics=calls".
    std::vector<HttpHeader> headers;
    std::string body;
    std::string client_ip;

    /// The target up to "?", as sent.
    std::string_view Path() const noexcept;
    /// The target after "?", as sent; empty where there is none.
    std::string_view Query() const noexcept;
    /// Value of the first header of that name, whatever its case; empty where there is none.
    std::string_view Header(std::string_view name) const noexcept;
    std::size_t CountHeader(std::string_view name) const noexcept;
};

/// Thread-safety: plain value.
struct HttpResponse {
    int status = 200;
    std::vector<HttpHeader> headers =
        {};  ///< Without Content-Length, Transfer-Encoding, Connection and Date.
    std::string body = {};
    std::string_view static_body = {};  ///< Instead of `body`: bytes that outlive the server.
    bool close = false;                 ///< Close the connection after it.
};

/// The open end of an answer whose length is not known yet.
/// Thread-safety: safe for concurrent use.
class HttpStream {
public:
    virtual ~HttpStream() = default;

    /// Queues bytes; several streams may share them. False where the client is gone, the stream has
    /// ended, or more than stream_bytes_max would wait: then nothing was queued.
    virtual bool Write(std::shared_ptr<const std::string> bytes) = 0;

    /// Queued and not yet taken by the operating system.
    virtual std::size_t QueuedBytes() const noexcept = 0;

    /// Whether the client went away, or was too slow for write_timeout.
    virtual bool Gone() const noexcept = 0;

    /// Ends the answer after what is queued.
    virtual void End() = 0;

    /// Cuts the connection off at once, as a provider that fails would.
    virtual void Abort() = 0;
};

/// Where the answer to one request goes. One that goes away without an answer answers 500.
/// Thread-safety: safe for concurrent use; one answer, given once.
class HttpResponder {
public:
    virtual ~HttpResponder() = default;

    virtual void Send(HttpResponse response) = 0;

    /// Sends the head (status and headers) and keeps the body open.
    virtual std::shared_ptr<HttpStream> StartStream(HttpResponse head) = 0;

    /// Whether the client went away meanwhile: its answer is not worth computing.
    virtual bool ClientGone() const noexcept = 0;
};

/// Called on the server's thread; must not wait.
using HttpHandler =
    std::function<void(HttpRequest request, std::shared_ptr<HttpResponder> responder)>;

/// A connection that something else accepted and began to read. Owned by whom it is given to.
struct AdoptedSocket {
    int fd = -1;
    std::string bytes_read;
    std::string client_ip;
    /// The connection ends with its first answer. For one whose next request may be meant for whom it was adopted from.
    bool single_answer = false;
};

/// Thread-safety: safe for concurrent use.
class HttpServer {
public:
    static Result<std::unique_ptr<HttpServer>>
    Start(const HttpServerOptions& options, HttpHandler handler);

    virtual ~HttpServer() = default;

    /// Binds and accepts. Port 0 takes a free one; answers the port taken. kConflict when it is
    /// taken.
    virtual Result<std::uint16_t> Listen(const std::string& host, std::uint16_t port) = 0;

    virtual void Adopt(AdoptedSocket socket) = 0;

    /// Calls `work` on the server's thread, every `interval`, until the server stops.
    virtual void Every(Duration interval, std::function<void()> work) = 0;

    /// Calls `work` on the server's thread once, after `delay` (zero: soon), unless the server
    /// stops before.
    virtual void After(Duration delay, std::function<void()> work) = 0;

    /// Open now.
    virtual std::size_t Connections() const noexcept = 0;

    /// Stops accepting, lets requests in flight end within drain_timeout, cuts the rest off, joins
    /// the thread.
    virtual void Stop() = 0;
};

}  // namespace sightglass::net
