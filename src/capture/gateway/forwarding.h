// Heads as they are sent on: every line as it came, but for what must not pass. Requests lose
// hop-by-hop headers, attribution headers and our session cookie, and get the upstream's Host;
// answers lose hop-by-hop headers and get the call's id.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <optional>
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

/// In what a head for one target differs from the caller's, beyond what every head loses.
struct RequestChanges {
    const Secret* key = nullptr;  ///< The target's own takes the place of the caller's.
    std::optional<std::size_t> content_length = {};  ///< The body was changed, and is this long.
    bool plain_answer = false;  ///< The answer must not be compressed: we have to read what passes.
};

/// Replaces `out` by the head for the upstream.
void WriteRequestHead(const net::RequestHead& head, const Route& route, std::string& out);

/// The same for a target where something else has to be changed.
void WriteChangedRequestHead(
    const net::RequestHead& head,
    const Route& route,
    const RequestChanges& changes,
    std::string& out
);

/// How an answer is handed to the client, where that differs from how it came.
struct AnswerForm {
    bool close = false;           ///< The connection ends with this answer.
    bool old_keep_alive = false;  ///< The client speaks HTTP/1.0 and asked to keep the connection.
    bool unchunk = false;         ///< The client does not know chunked framing.
    bool rechunk = false;         ///< Its payload is changed, and framed in chunks of our own.
    bool drop_length = false;     ///< Its payload is changed, and ends with the connection.
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
