// One request's way back: the responder and the stream that handlers hold, and what they share with
// their connection. Private to http_server*.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "net/http_server.h"

namespace sightglass::net {

class HttpConnection;

/// What every connection of one server shares. The loop goes first when it ends, and with it all
/// that waits in it. Thread-safety: `io` is; the rest belongs to the server's thread, but for the
/// atomic.
struct HttpServerShared;

/// What the connection, the responder and the stream of one request all see.
/// Thread-safety: safe for concurrent use.
struct HttpExchange {
    std::weak_ptr<HttpServerShared> server;
    std::weak_ptr<HttpConnection>
        connection;  ///< Locked on the server's thread only: sockets must go there.
    std::size_t stream_bytes_max = 0;
    std::atomic<bool> answered{false};
    std::atomic<bool> gone{false};
    std::atomic<bool> ended{false};
    std::atomic<std::size_t> queued_bytes{0};
};

/// A responder for an exchange.
std::shared_ptr<HttpResponder> NewHttpResponder(std::shared_ptr<HttpExchange> exchange);

}  // namespace sightglass::net
