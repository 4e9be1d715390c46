#include "capture/gateway/forwarding.h"

#include "base/text.h"
#include "capture/gateway/credential.h"

namespace sightglass::capture {
namespace {

using net::Header;
using net::HeaderName;

constexpr std::string_view kSessionCookie = "sightglass_session";
constexpr std::string_view kAcceptEncoding = "accept-encoding";
constexpr std::string_view kProtocols = "sec-websocket-protocol";
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

/// Appends the line without a key in it, which WebSocket clients of OpenAI's in browsers give there.
void WriteProtocols(const Header& header, std::string& out) {
    std::string kept;
    net::ForEachListElement(header.value, [&](std::string_view protocol) {
        if (!StartsWithIgnoreCase(protocol, "openai-insecure-api-key.")) {
            kept.append(kept.empty() ? "" : ", ").append(protocol);
        }
    });
    if (!kept.empty()) {
        out.append(header.name).append(": ").append(kept).append("\r\n");
    }
}

/// What a gateway of ours behind this one said to it.
bool IsOurs(const Header& header) noexcept {
    return header.known == HeaderName::kOther && StartsWithIgnoreCase(header.name, "x-sightglass-");
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

void WriteChangedRequestHead(
    const net::RequestHead& head,
    const Route& route,
    const RequestChanges& changes,
    std::string& out
) {
    std::string path;
    Route to = route;
    if (changes.key != nullptr) {
        WritePathWithoutKey(route.path, path);
        to.path = path;
    }
    out.clear();
    WriteRequestLine(head, to, out);
    WriteHost(to, out);
    for (const Header& header : head.Headers()) {
        if (header.known == HeaderName::kCookie) {
            WriteCookie(header, out);
            continue;
        }
        if (changes.key != nullptr && EqualsIgnoreCase(header.name, kProtocols)) {
            WriteProtocols(header, out);
            continue;
        }
        const bool framing = header.known == HeaderName::kContentLength ||
                             header.known == HeaderName::kTransferEncoding;
        const bool replaced =
            header.known == HeaderName::kHost ||
            (changes.key != nullptr && IsCredentialHeader(header)) ||
            (changes.content_length && framing) ||
            (changes.plain_answer && EqualsIgnoreCase(header.name, kAcceptEncoding));
        if (!replaced && !header.hop_by_hop && !IsAttributionHeader(header.name)) {
            out += header.line;
        }
    }
    if (changes.key != nullptr) {
        // The key goes out to its target, and nowhere else.
        const std::string_view name = KeyHeaderName(to.target->key_header, to.dialect->Name());
        WriteCredential(name, changes.key->Reveal(), out);
    }
    if (changes.content_length) {
        out.append("Content-Length: ").append(std::to_string(*changes.content_length));
        out += "\r\n";
    }
    if (changes.plain_answer) {
        out.append(kAcceptEncoding).append(": identity\r\n");
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
        const bool length = header.known == HeaderName::kContentLength;
        const bool reframed = form.rechunk || form.drop_length;
        if (!header.hop_by_hop && !IsOurs(header) && !(framing && form.unchunk) &&
            !(reframed && (framing || length))) {
            out += header.line;
        }
    }
    WriteCallId(call_id, out);
    if (form.rechunk) {
        out += "Transfer-Encoding: chunked\r\n";
    }
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
