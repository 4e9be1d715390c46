// The key of a request to a target that has its own: where the caller's stands in the head, and the line that takes its place.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "capture/gateway/upstream_settings.h"
#include "net/http1.h"

namespace sightglass::capture {

/// The header in which a key goes: "authorization", "x-api-key", "api-key" or "x-goog-api-key". `dialect` decides where the
/// settings do not.
std::string_view KeyHeaderName(KeyHeader setting, std::string_view dialect) noexcept;

/// Whether a request header carries a caller's key.
bool IsCredentialHeader(const net::Header& header) noexcept;

/// Appends "Authorization: Bearer …" or "x-api-key: …", with its CRLF.
void WriteCredential(std::string_view header_name, std::string_view key, std::string& out);

/// Appends the path without the query parameter `key`, in which Gemini's callers may give theirs.
void WritePathWithoutKey(std::string_view path, std::string& out);

}  // namespace sightglass::capture
