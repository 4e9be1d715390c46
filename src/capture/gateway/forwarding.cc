#include "capture/gateway/forwarding.h"

#include "base/text.h"

namespace sightglass::capture {
namespace {

using net::Header;
using net::HeaderName;

constexpr std::string_view kSessionCookie = "sightglass_session";
constexpr std::string_view kUpgradeHeaders = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

/// Appends the Cookie line without our cookie, or nothing where it held only that.
void WriteCookie(const Header& header, std::string& out) {
    if (header.value.find(kSessionCookie) == std::string_view::npos) {
        out += header.line;
        return;
    }
    std::string kept;
    for (const std::string_view part : Split(header.value, ';')) {
        const std::string_view cookie = Trim(part);
        const std::string_view name = Trim(cookie.substr(0, cookie.find('=')));
        if (name != kSessionCookie && !cookie.empty()) {
            kept += kept.empty() ? "" : "; ";
            kept += cookie;
        }
    }
    if (!kept.empty()) {
        out.append(header.name).append(": ").append(kept).append("\r\n");
    }
}

void WriteHost(const Route& route, std::string& out) {
    out.append("Host: ").append(route.target->authority).append("\r\n");
}

void WriteRequestLine(const net::RequestHead& head, const Route& route, std::string& out) {
    out.append(head.method).append(" ").append(route.target->url.path);
    if (!route.path.starts_with('/')) {
        out += '/';
    }
    out.append(route.path).append(" HTTP/1.1\r\n");
}

}  // namespace

bool IsAttributionHeader(std::string_view name) noexcept {
    const char first = name.empty() ? '\0' : ToLower(name.front());
    if (first == 'h') {
        return StartsWithIgnoreCase(name, "helicone-");
    }
    return first == 'x' && (StartsWithIgnoreCase(name, "x-sightglass-") ||
                            StartsWithIgnoreCase(name, "x-litellm-") ||
                            EqualsIgnoreCase(name, "x-portkey-metadata"));
}

bool AsksForWebSocket(const net::RequestHead& head) noexcept {
    return head.upgrade && EqualsIgnoreCase(head.Find(HeaderName::kUpgrade), "websocket");
}

void WriteRequestHead(const net::RequestHead& head, const Route& route, std::string& out) {
    out.clear();
    WriteRequestLine(head, route, out);
    bool host_written = false;
    for (const Header& header : head.Headers()) {
        if (header.known == HeaderName::kHost) {
            WriteHost(route, out);
            host_written = true;
        } else if (header.known == HeaderName::kCookie) {
            WriteCookie(header, out);
        } else if (!header.hop_by_hop && !IsAttributionHeader(header.name)) {
            out += header.line;
        }
    }
    if (!host_written) {
        WriteHost(route, out);
    }
    if (AsksForWebSocket(head)) {
        out += kUpgradeHeaders;
    }
    out += "\r\n";
}

void WriteCallId(const Uuid& call_id, std::string& out) {
    constexpr std::string_view kName = "x-sightglass-call-id: ";
    constexpr std::size_t kUuidSize = 36;
    out += kName;
    const std::size_t at = out.size();
    out.resize(at + kUuidSize);
    FormatUuid(call_id, out.data() + at);
    out += "\r\n";
}

void WriteResponseHead(
    const net::ResponseHead& head,
    const Uuid& call_id,
    const AnswerForm& form,
    std::string& out
) {
    out += head.status_line;
    for (const Header& header : head.Headers()) {
        const bool framing = header.known == HeaderName::kTransferEncoding;
        if (!header.hop_by_hop && !(framing && form.unchunk)) {
            out += header.line;
        }
    }
    WriteCallId(call_id, out);
    if (form.upgrade) {
        out += kUpgradeHeaders;
    } else if (form.close) {
        out += "Connection: close\r\n";
    } else if (form.old_keep_alive) {
        out += "Connection: keep-alive\r\n";
    }
    out += "\r\n";
}

}  // namespace sightglass::capture
