// A light HTTP/1.1 client over Asio, with connections that are kept. For this room's .cc files
// only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "app/demo/conversation.h"
#include "base/time.h"

namespace sightglass::demo {

enum class ExchangeEnd : std::uint8_t {
    kAnswered,
    kAborted,  ///< After `abort_after`, on purpose.
    kFailed,   ///< No connection, or it broke.
};

struct Exchange {
    ExchangeEnd end = ExchangeEnd::kFailed;
    bool sent = false;  ///< The request went out in full.
    int status = 0;
    std::string body;  ///< Decoded.
};

/// Thread-safety: one thread at a time, that of the io_context.
class GatewayClient {
public:
    GatewayClient(boost::asio::io_context& context, boost::asio::ip::tcp::endpoint gateway)
        : context_(context), gateway_(std::move(gateway)) {}

    /// Sends the request from the local address `client_ip` and reads the answer to its end.
    /// `request` and `client_ip` must live until then.
    boost::asio::awaitable<Exchange> Send(
        const OutgoingRequest& request,
        std::string_view client_ip,
        std::optional<Duration> abort_after
    );

private:
    using Socket = boost::asio::ip::tcp::socket;

    boost::asio::awaitable<std::optional<Socket>> Connect(std::string_view client_ip);
    /// Returns false where the connection broke before any of the answer came.
    boost::asio::awaitable<bool>
    Exchanged(Socket& socket, const std::string& bytes, Exchange& exchange, bool& keep);
    std::string Serialized(const OutgoingRequest& request) const;

    boost::asio::io_context& context_;
    boost::asio::ip::tcp::endpoint gateway_;
    std::map<std::string, std::vector<Socket>, std::less<>> idle_;  ///< By client_ip.
};

}  // namespace sightglass::demo
