// Base64 (RFC 4648, section 4) as JSON carries bytes.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sightglass::codec {

/// Appends the bytes that `text` stands for. False, with nothing appended, where it is not base64; padding may be missing.
bool DecodeBase64(std::string_view text, std::string& out);

/// The bytes as base64, padded.
std::string EncodeBase64(std::string_view bytes);

}  // namespace sightglass::codec
