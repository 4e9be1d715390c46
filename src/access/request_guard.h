// Which requests a listener answers at all, before anything else looks at them: known Host names
// only (no DNS rebinding), no cross-site browser requests unless allowed, and no document, frame or
// script loads of gateway paths, so that nothing an upstream sends runs in the dashboard's origin.
//
// Source: Fetch Metadata (w3c.org/TR/fetch-metadata), RFC 6454 (Origin).
//
// Thread-safety: pure functions over immutable rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::access {

struct GuardRules {
    std::vector<std::string> hosts;    ///< Lower case, without port. IP literals without brackets.
                                       ///< Loopback names are always known.
    std::vector<std::string> origins;  ///< Foreign origins that may call gateway and API from a
                                       ///< browser: "https://app.example.com".
};

/// What kind of path it is.
enum class Surface : std::uint8_t {
    kGateway,  ///< Forwarded to an upstream.
    kPage,     ///< Dashboard, its assets, health.
    kApi,      ///< /api, /metrics, OTLP.
};

/// The headers that matter, as sent; empty where absent.
struct RequestOrigin {
    std::string_view host = {};
    std::string_view origin = {};
    std::string_view sec_fetch_site = {};
    std::string_view sec_fetch_mode = {};
    std::string_view sec_fetch_dest = {};
};

struct Refusal {
    int http_status = 403;
    std::string_view code;  ///< "host_unknown", "cross_site", "navigation"
    std::string_view message;
};

/// "localhost", an address of 127.0.0.0/8, "::1"; without port and brackets.
bool IsLoopbackHost(std::string_view host) noexcept;

/// Nothing where the request may pass. A foreign origin is refused whatever the method: only a
/// cross-origin script or form sends one. Following a link to a page (Surface::kPage) from another
/// site is let through: it changes nothing, and the session cookie stays at home.
std::optional<Refusal>
CheckOrigin(const GuardRules& rules, Surface surface, const RequestOrigin& request) noexcept;

}  // namespace sightglass::access
