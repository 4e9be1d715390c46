// JSON documents as redaction sees them: strings, and what stands between them.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sightglass::redact {

/// Runs of base64 over 1 KiB, with or without a data URL's head, become "[binary N bytes]".
bool ReplaceBinary(std::string& text);

/// Copies a JSON string (without its quotes) unescaped; lone surrogates become U+FFFD, wrong escapes stay as they are.
std::string Unescape(std::string_view escaped);

/// The same the other way.
std::string Escape(std::string_view text);

}  // namespace sightglass::redact
