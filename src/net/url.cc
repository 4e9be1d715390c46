#include "net/url.h"

#include "base/text.h"

namespace sightglass::net {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

Error NotUrl(std::string_view text, std::string_view why) {
    return Error{
        ErrorCode::kInvalidArgument,
        "\"" + EscapeForDisplay(text) + "\" is not a base URL: " + std::string(why) +
            "; expected http(s)://host[:port][/path]"};
}

bool HasOnlyUrlBytes(std::string_view text) noexcept {
    for (const char c : text) {
        if (c <= ' ' || c == '\x7f' ||
            std::string_view("?#@\\\"<>^`{|}").find(c) != std::string_view::npos) {
            return false;
        }
    }
    return true;
}

/// Splits "host:port" or "[v6]:port"; the port stays empty where there is none.
bool SplitAuthority(
    std::string_view authority,
    std::string_view& host,
    std::string_view& port
) noexcept {
    std::size_t host_end = authority.find(':');
    host = authority.substr(0, host_end);
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos) {
            return false;
        }
        host = authority.substr(1, close - 1);
        host_end = close + 1 < authority.size() ? close + 1 : std::string_view::npos;
    }
    port = {};
    if (host_end != std::string_view::npos) {
        if (authority[host_end] != ':' || host_end + 1 == authority.size()) {
            return false;
        }
        port = authority.substr(host_end + 1);
    }
    return !host.empty();
}

}  // namespace

std::string Url::Authority() const {
    std::string authority = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != (https ? kHttpsPort : kHttpPort)) {
        authority += ":" + std::to_string(port);
    }
    return authority;
}

Result<Url> ParseUrl(std::string_view text) {
    Url url;
    std::string_view rest;
    if (StartsWithIgnoreCase(text, "https://")) {
        url.https = true;
        rest = text.substr(8);
    } else if (StartsWithIgnoreCase(text, "http://")) {
        rest = text.substr(7);
    } else {
        return NotUrl(text, "it has no http:// or https:// before it");
    }
    if (!HasOnlyUrlBytes(rest)) {
        return NotUrl(text, "it has a query, a user name or bytes that are not allowed");
    }
    const std::size_t slash = rest.find('/');
    std::string_view host;
    std::string_view port;
    if (!SplitAuthority(rest.substr(0, slash), host, port)) {
        return NotUrl(text, "the host is missing or malformed");
    }
    for (const char c : host) {
        url.host += ToLower(c);
    }
    url.port = url.https ? kHttpsPort : kHttpPort;
    if (!port.empty()) {
        const auto number = ParseInt(port);
        if (!number || *number < 1 || *number > 65535) {
            return NotUrl(text, "the port is not a number from 1 to 65535");
        }
        url.port = static_cast<std::uint16_t>(*number);
    }
    if (slash != std::string_view::npos) {
        url.path = rest.substr(slash);
        while (url.path.ends_with('/')) {
            url.path.pop_back();
        }
    }
    return url;
}

}  // namespace sightglass::net
