// Where a caller's keys stand in a request, and the line that takes their place where a target has a key of its own.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "capture/gateway/upstream_settings.h"
#include "net/http1.h"
#include "redact/known_secrets.h"

namespace sightglass::capture {

/// The header in which a key goes: "authorization", "x-api-key", "api-key" or "x-goog-api-key". `dialect` decides where the
/// settings do not.
std::string_view KeyHeaderName(KeyHeader setting, std::string_view dialect) noexcept;

/// Whether a parameter of a path's query carries one: "key", "api_key" and their like.
bool IsCredentialName(std::string_view query_name) noexcept;

/// Whether a request header carries a caller's key.
bool IsCredentialHeader(const net::Header& header) noexcept;

/// Adds a key in the ways in which texts may write it: as it is, in a URL, in a JSON string.
void AddCredential(std::string_view key, redact::KnownSecrets& secrets);

/// Adds whatever a request's headers show to be let in somewhere, Sightglass keys as well.
void AddCredentials(const net::RequestHead& head, redact::KnownSecrets& secrets);

/// The same for the query of a path: `?key=`, `&api_key=` and their like.
void AddCredentialsInQuery(std::string_view target, redact::KnownSecrets& secrets);

/// Appends "Authorization: Bearer …" or "x-api-key: …", with its CRLF.
void WriteCredential(std::string_view header_name, std::string_view key, std::string& out);

/// Appends the path without the query parameter `key`, in which Gemini's callers may give theirs.
void WritePathWithoutKey(std::string_view path, std::string& out);

}  // namespace sightglass::capture
