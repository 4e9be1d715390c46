// ASCII text as protocols use it: case-insensitive comparison, hexadecimal, base64url, numbers,
// safe display.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass {

constexpr char ToLower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) noexcept;
bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) noexcept;
std::string_view Trim(std::string_view text) noexcept;
std::vector<std::string_view> Split(std::string_view text, char separator);

/// The whole text as a decimal integer, or nothing.
std::optional<std::int64_t> ParseInt(std::string_view text) noexcept;
/// The whole text as a decimal number, or nothing.
std::optional<double> ParseDouble(std::string_view text) noexcept;

std::string ToHex(std::span<const std::uint8_t> bytes);
std::string ToBase64Url(std::span<const std::uint8_t> bytes);

/// Control characters and bytes that are not UTF-8 as \xNN, so that a log line or a terminal cannot
/// be steered.
std::string EscapeForDisplay(std::string_view text);

/// Replaces bytes that are not UTF-8 by U+FFFD. Returns true where it changed something.
bool MakeValidUtf8(std::string& text);

}  // namespace sightglass
