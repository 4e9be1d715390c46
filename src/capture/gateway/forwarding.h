// Heads as they are sent on: every line as it came, but for what must not pass. Requests lose
// hop-by-hop headers, attribution headers and our session cookie, and get the upstream's Host;
// answers lose hop-by-hop headers and get the call's id.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/uuid.h"
#include "capture/gateway/routing.h"
#include "net/http1.h"

namespace sightglass::capture {

/// Whether a request header is meant for Sightglass (x-sightglass-*, Helicone-*,
/// x-portkey-metadata, x-litellm-*).
bool IsAttributionHeader(std::string_view name) noexcept;

/// Whether a request asks to become a WebSocket, the one protocol that is tunnelled. Other upgrades
/// are not passed on.
bool AsksForWebSocket(const net::RequestHead& head) noexcept;

/// Replaces `out` by the head for the upstream.
void WriteRequestHead(const net::RequestHead& head, const Route& route, std::string& out);

/// How an answer is handed to the client, where that differs from how it came.
struct AnswerForm {
    bool close = false;           ///< The connection ends with this answer.
    bool old_keep_alive = false;  ///< The client speaks HTTP/1.0 and asked to keep the connection.
    bool unchunk = false;         ///< The client does not know chunked framing.
    bool upgrade = false;         ///< 101: the Upgrade header passes.
};

/// Appends the head for the client.
void WriteResponseHead(
    const net::ResponseHead& head,
    const Uuid& call_id,
    const AnswerForm& form,
    std::string& out
);

/// Appends "x-sightglass-call-id: …" with its CRLF.
void WriteCallId(const Uuid& call_id, std::string& out);

}  // namespace sightglass::capture
