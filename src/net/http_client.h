// A small blocking HTTP/1.1 client for the command line and the demo: they talk to a server on this machine, in clear.
//
//   HttpClient client("127.0.0.1", 8080);
//   SG_ASSIGN_OR_RETURN(HttpClientResponse answer, client.Send({.target = "/healthz"}));
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
#include "net/http_server.h"

namespace sightglass::net {

struct HttpClientOptions {
    Duration connect_timeout = std::chrono::seconds(5);
    Duration read_timeout =
        std::chrono::seconds(60);  ///< Between bytes of an answer; also until its first one.
    std::size_t body_bytes_max = 64U << 20;  ///< Of an answer that is collected.
};

struct HttpClientRequest {
    std::string method = "GET";
    std::string target = "/";
    std::vector<HttpHeader> headers =
        {};  ///< Without Host and Content-Length; a Host given replaces ours.
    std::string body = {};
};

struct HttpClientResponse {
    int status = 0;
    std::vector<HttpHeader> headers;
    std::string body;  ///< Empty where it was streamed.

    /// Value of the first header of that name, whatever its case; empty where there is none.
    std::string_view Header(std::string_view name) const noexcept;
};

/// Keeps one connection open between requests and makes a new one when the server has closed it.
/// Thread-safety: one thread at a time.
class HttpClient {
public:
    HttpClient(std::string host, std::uint16_t port, const HttpClientOptions& options = {});
    ~HttpClient();
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;

    /// kUnavailable when nothing listens there, kTimeout, kTooLarge, kCorrupt for what is not HTTP, kIo for a broken
    /// connection. A status of 400 and more is an answer, not an error.
    Result<HttpClientResponse> Send(const HttpClientRequest& request);

    /// As Send, but an answer of 2xx is handed to `consume` piece by piece as it comes, until its end or until `consume`
    /// returns false, which closes the connection.
    Result<HttpClientResponse> Stream(
        const HttpClientRequest& request,
        const std::function<bool(std::string_view bytes)>& consume
    );

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sightglass::net
