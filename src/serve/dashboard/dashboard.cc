#include "serve/dashboard/dashboard.h"

#include <array>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "base/thread.h"
#include "serve/parameters.h"
#include "serve/problem.h"

extern "C" {
extern const char sightglass_dashboard_begin[];
extern const char sightglass_dashboard_end[];
}

namespace sightglass::serve {
namespace {

/// Where index.html has this, each answer puts a fresh nonce, which lets the page's own style elements through.
constexpr std::string_view kNoncePlaceholder = "__CSP_NONCE__";

constexpr std::string_view kNotBuilt =
    "<!doctype html><html lang=\"en\"><head><meta "
    "charset=\"utf-8\"><title>Sightglass</title></head><body>"
    "<h1>Sightglass is running</h1><p>This program was built without its dashboard. Build it with "
    "<code>make build</code>, or ask the API: <a "
    "href=\"/api/openapi.json\">/api/openapi.json</a>.</p>"
    "</body></html>\n";

std::string ContentSecurityPolicy(std::string_view style_elements) {
    std::string policy =
        "default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src 'self'; font-src "
        "'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; manifest-src 'self'; "
        // Charts write style attributes into their tooltips.
        "style-src-attr 'unsafe-inline'; style-src-elem 'self' ";
    policy += style_elements;
    policy += "; style-src 'self' ";
    policy += style_elements;
    return policy;
}

void AddPageHeaders(net::HttpResponse& response, std::string_view style_elements) {
    response.headers.push_back({"Content-Security-Policy", ContentSecurityPolicy(style_elements)});
    response.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
    response.headers.push_back({"X-Frame-Options", "DENY"});
}

std::string NewNonce() {
    std::array<std::uint8_t, 16> bytes{};
    FillRandom(bytes);
    return ToBase64Url(bytes);
}

std::string ReplaceAll(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

void ChooseEncoding(
    net::HttpResponse& response,
    const Asset& asset,
    std::string_view accept_encoding
) {
    response.headers.push_back({"Vary", "Accept-Encoding"});
    if (!asset.brotli.empty() && AcceptsEncoding(accept_encoding, "br")) {
        response.headers.push_back({"Content-Encoding", "br"});
        response.static_body = asset.brotli;
    } else if (!asset.gzip.empty() && AcceptsEncoding(accept_encoding, "gzip")) {
        response.headers.push_back({"Content-Encoding", "gzip"});
        response.static_body = asset.gzip;
    } else {
        response.static_body = asset.identity;
    }
}

net::HttpResponse
ServeAsset(const net::HttpRequest& request, const Asset& asset, std::string_view cache_control) {
    net::HttpResponse response;
    response.headers = {
        {"Content-Type", asset.content_type},
        {"ETag", asset.etag},
        {"Cache-Control", std::string(cache_control)},
    };
    if (request.Header("if-none-match") == asset.etag) {
        response.status = 304;
        response.headers.push_back({"Vary", "Accept-Encoding"});
        return response;
    }
    ChooseEncoding(response, asset, request.Header("accept-encoding"));
    return response;
}

AssetArchive BuiltInArchive() {
    const std::string_view bytes(
        sightglass_dashboard_begin,
        static_cast<std::size_t>(sightglass_dashboard_end - sightglass_dashboard_begin)
    );
    auto archive = AssetArchive::Read(bytes);
    if (!archive.Ok()) {
        Log(LogLevel::kError, "serve", archive.error().message);
        return {};
    }
    return std::move(*archive);
}

}  // namespace

bool AcceptsEncoding(std::string_view accept_encoding, std::string_view encoding) {
    for (const std::string_view item : Split(accept_encoding, ',')) {
        const auto parts = Split(item, ';');
        if (!EqualsIgnoreCase(Trim(parts.front()), encoding)) {
            continue;
        }
        const std::string_view weight = parts.size() > 1 ? Trim(parts[1]) : "q=1";
        return weight.substr(0, 2) == "q=" && ParseDouble(weight.substr(2)).value_or(0) > 0;
    }
    return false;
}

Dashboard::Dashboard() : Dashboard(BuiltInArchive()) {}

Dashboard::Dashboard(AssetArchive archive) : archive_(std::move(archive)) {}

net::HttpResponse Dashboard::Serve(const net::HttpRequest& request) const {
    const std::string_view path = request.Path();
    if (path == "/" || path == "/ui") {
        net::HttpResponse response;
        response.status = 302;
        response.headers = {{"Location", "/ui/"}, {"Cache-Control", "no-cache"}};
        return response;
    }
    if (path.substr(0, 4) == "/ui/") {
        return ServeIndex(request);
    }
    const auto decoded = PercentDecode(path.substr(1), false);
    const Asset* asset = decoded ? archive_.Find(*decoded) : nullptr;
    if (asset == nullptr) {
        net::HttpResponse response = Problem(404, "not_found", "There is no such file.");
        response.headers.push_back({"Cache-Control", "no-store"});
        return response;
    }
    // Their names hold a hash of their content.
    return ServeAsset(request, *asset, "public, max-age=31536000, immutable");
}

net::HttpResponse Dashboard::ServeIndex(const net::HttpRequest& request) const {
    const Asset* index = archive_.Find("index.html");
    net::HttpResponse response;
    if (index == nullptr) {
        response.headers = {
            {"Content-Type", "text/html; charset=utf-8"},
            {"Cache-Control", "no-cache"}};
        response.static_body = kNotBuilt;
        AddPageHeaders(response, "");
    } else if (index->identity.find(kNoncePlaceholder) != std::string_view::npos) {
        const std::string nonce = NewNonce();
        response.headers = {{"Content-Type", index->content_type}, {"Cache-Control", "no-cache"}};
        response.body = ReplaceAll(std::string(index->identity), kNoncePlaceholder, nonce);
        AddPageHeaders(response, "'nonce-" + nonce + "'");
    } else {
        response = ServeAsset(request, *index, "no-cache");
        AddPageHeaders(response, "'unsafe-inline'");
    }
    return response;
}

}  // namespace sightglass::serve
