#include "access/request_guard.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sightglass::access {
namespace {

/// A Host header or the authority of an origin, taken apart.
struct Authority {
    std::string_view host;  ///< Without brackets.
    std::string_view port;  ///< Empty where none is given.
};

std::optional<Authority> ParseAuthority(std::string_view text) noexcept {
    Authority authority;
    if (!text.empty() && text.front() == '[') {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) {
            return std::nullopt;
        }
        authority.host = text.substr(1, close - 1);
        text.remove_prefix(close + 1);
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        authority.host = text.substr(0, colon);
        text.remove_prefix(colon);
    }
    if (!text.empty()) {
        const auto port = ParseInt(text.substr(1));
        if (text.front() != ':' || !port || *port < 1 || *port > 65535) {
            return std::nullopt;
        }
        authority.port = text.substr(1);
    }
    if (authority.host.empty()) {
        return std::nullopt;
    }
    return authority;
}

bool IsIpv4Loopback(std::string_view host) noexcept {
    int parts = 0;
    bool is_127 = false;
    while (true) {
        const std::size_t dot = std::min(host.find('.'), host.size());
        const std::string_view digits = host.substr(0, dot);
        const auto number = ParseInt(digits);
        if (digits.empty() || !number || *number < 0 || *number > 255) {
            return false;
        }
        const bool plain = digits.size() == 1 || (digits.size() <= 3 && digits.front() != '0');
        if (!plain || digits.front() == '+') {
            return false;
        }
        is_127 = parts == 0 ? *number == 127 : is_127;
        ++parts;
        if (dot == host.size()) {
            return parts == 4 && is_127;
        }
        host.remove_prefix(dot + 1);
    }
}

bool IsKnownHost(const GuardRules& rules, std::string_view host) noexcept {
    if (IsLoopbackHost(host)) {
        return true;
    }
    return std::any_of(rules.hosts.begin(), rules.hosts.end(), [host](const std::string& known) {
        return EqualsIgnoreCase(known, host);
    });
}

bool IsAllowedOrigin(const GuardRules& rules, std::string_view origin) noexcept {
    return origin != "null" &&
           std::any_of(
               rules.origins.begin(),
               rules.origins.end(),
               [origin](const std::string& allowed) { return EqualsIgnoreCase(allowed, origin); }
           );
}

/// Whether `origin` is where the requested host itself serves its pages from, over http or through
/// a TLS proxy.
bool IsOwnOrigin(std::string_view origin, const Authority& host) noexcept {
    std::string_view default_port;
    if (StartsWithIgnoreCase(origin, "http://")) {
        default_port = "80";
    } else if (StartsWithIgnoreCase(origin, "https://")) {
        default_port = "443";
    } else {
        return false;
    }
    const auto authority = ParseAuthority(origin.substr(origin.find("//") + 2));
    if (!authority || !EqualsIgnoreCase(authority->host, host.host)) {
        return false;
    }
    const std::string_view origin_port = authority->port.empty() ? default_port : authority->port;
    return origin_port == (host.port.empty() ? default_port : host.port);
}

/// A link followed, or an address typed: the browser shows the answer alone, in a window of its
/// own.
bool IsTopLevelNavigation(const RequestOrigin& request) noexcept {
    return request.sec_fetch_mode == "navigate" && request.sec_fetch_dest == "document";
}

/// Destinations of which a script gets the bytes and nothing runs or shows them.
bool IsPlainFetch(std::string_view destination) noexcept {
    return destination.empty() || destination == "empty" || destination == "websocket";
}

}  // namespace

bool IsLoopbackHost(std::string_view host) noexcept {
    return EqualsIgnoreCase(host, "localhost") || host == "::1" || IsIpv4Loopback(host);
}

std::optional<Refusal>
CheckOrigin(const GuardRules& rules, Surface surface, const RequestOrigin& request) noexcept {
    const auto host = ParseAuthority(request.host);
    if (!host) {
        return Refusal{400, "host_unknown", "The Host header is missing or malformed."};
    }
    if (!IsKnownHost(rules, host->host)) {
        return Refusal{
            403,
            "host_unknown",
            "The Host name is not one that this server answers to. Add it to the setting `hosts` "
            "if it should be."};
    }
    if (surface == Surface::kGateway && !IsPlainFetch(request.sec_fetch_dest)) {
        return Refusal{
            403,
            "navigation",
            "What an upstream sends is not for showing or running in a browser."};
    }
    const bool allowed = !request.origin.empty() && IsAllowedOrigin(rules, request.origin);
    if (!request.origin.empty() && !allowed && !IsOwnOrigin(request.origin, *host)) {
        return Refusal{
            403,
            "cross_site",
            "The request comes from another origin. Add it to allowed_origins if it may call this "
            "server."};
    }
    const bool from_elsewhere =
        request.sec_fetch_site == "cross-site" || request.sec_fetch_site == "same-site";
    const bool opens_page = surface == Surface::kPage && IsTopLevelNavigation(request);
    if (from_elsewhere && !allowed && !opens_page) {
        return Refusal{403, "cross_site", "The request was made by a page of another site."};
    }
    return std::nullopt;
}

}  // namespace sightglass::access
