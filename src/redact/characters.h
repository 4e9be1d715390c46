// Classes of bytes, as the detectors tell them apart.
//
// Thread-safety: pure functions.
#pragma once

namespace sightglass::redact {

constexpr bool IsDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr bool IsUpper(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}

constexpr bool IsLower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}

constexpr bool IsLetter(char c) noexcept {
    return IsUpper(c) || IsLower(c);
}

constexpr bool IsLetterOrDigit(char c) noexcept {
    return IsLetter(c) || IsDigit(c);
}

constexpr bool IsWordByte(char c) noexcept {
    return IsLetterOrDigit(c) || c == '_';
}

constexpr bool IsHexDigit(char c) noexcept {
    return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

constexpr bool IsSpace(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// A byte of a character beyond ASCII.
constexpr bool IsForeign(char c) noexcept {
    return static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace sightglass::redact
