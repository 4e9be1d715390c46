// HMAC-SHA256 (RFC 2104), as receivers check who wrote a notice.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sightglass::notify {

/// 32 bytes.
std::string HmacSha256(std::string_view key, std::string_view message);

/// SHA-256 in hexadecimal.
std::string Sha256Hex(std::string_view text);

std::string HexOf(std::string_view bytes);

/// Everything but letters, digits and `-._~` as %XX (RFC 3986).
std::string PercentEncode(std::string_view text);

}  // namespace sightglass::notify
