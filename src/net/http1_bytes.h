// Which bytes may stand where in HTTP/1.1.
//
// Source: RFC 9110, section 5.5 and 5.6.2.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

namespace sightglass::net {

/// tchar: letters, digits and some signs.
bool IsTokenByte(char c) noexcept;

/// One or more tchar.
bool IsToken(std::string_view text) noexcept;

/// Of a field value: no control characters but the tab. Bytes above ASCII are allowed.
bool IsFieldByte(char c) noexcept;
bool IsFieldText(std::string_view text) noexcept;

}  // namespace sightglass::net
