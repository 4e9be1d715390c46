// Which bytes may stand where in HTTP/1.1.
//
// Source: RFC 9110, section 5.5 and 5.6.2.
//
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace sightglass::net {

namespace http1_internal {

constexpr std::array<bool, 256> MakeTokenTable() noexcept {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 256; ++c) {
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        table[c] = letter || (c >= '0' && c <= '9');
    }
    for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}

inline constexpr std::array<bool, 256> kToken = MakeTokenTable();

}  // namespace http1_internal

/// tchar: letters, digits and some signs.
constexpr bool IsTokenByte(char c) noexcept {
    return http1_internal::kToken[static_cast<unsigned char>(c)];
}

/// Whether two header names are the same, whatever the case of their letters. `lower` is written in lower case; both are
/// made of tchar.
bool SameName(std::string_view lower, std::string_view name) noexcept;

/// One or more tchar.
bool IsToken(std::string_view text) noexcept;

/// Of a field value: no control characters but the tab. Bytes above ASCII are allowed.
bool IsFieldByte(char c) noexcept;
bool IsFieldText(std::string_view text) noexcept;

}  // namespace sightglass::net
