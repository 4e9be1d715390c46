// What the pretokenizers' patterns ask of a character: \p{L} and its kinds, \p{M}, \p{N}, \s, and line ends.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sightglass::tokens {

enum class CharacterClass : std::uint8_t {
    kOther,
    kSpace,     ///< White_Space but \r and \n.
    kNewline,   ///< \r or \n.
    kNumber,    ///< N.
    kUpper,     ///< Lu, Lt.
    kLower,     ///< Ll.
    kCaseless,  ///< Lm, Lo.
    kMark,      ///< M.
};

/// Some of the classes.
using ClassSet = std::uint32_t;

constexpr ClassSet SetOf(CharacterClass one) noexcept {
    return 1U << static_cast<unsigned>(one);
}

constexpr bool Has(ClassSet set, CharacterClass one) noexcept {
    return ((set >> static_cast<unsigned>(one)) & 1U) != 0;
}

inline constexpr ClassSet kWhite = SetOf(CharacterClass::kSpace) | SetOf(CharacterClass::kNewline);
inline constexpr ClassSet kLetters = SetOf(CharacterClass::kUpper) | SetOf(CharacterClass::kLower) |
                                     SetOf(CharacterClass::kCaseless);
inline constexpr ClassSet kMarks = SetOf(CharacterClass::kMark);
inline constexpr ClassSet kNumbers = SetOf(CharacterClass::kNumber);

/// The classes of U+0000 to U+007F.
constexpr CharacterClass ClassOfAscii(unsigned char c) noexcept {
    if (c == '\r' || c == '\n') {
        return CharacterClass::kNewline;
    }
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
        return CharacterClass::kSpace;
    }
    if (c >= '0' && c <= '9') {
        return CharacterClass::kNumber;
    }
    if (c >= 'A' && c <= 'Z') {
        return CharacterClass::kUpper;
    }
    return c >= 'a' && c <= 'z' ? CharacterClass::kLower : CharacterClass::kOther;
}

inline constexpr std::array<CharacterClass, 128> kAsciiClasses = [] {
    std::array<CharacterClass, 128> classes{};
    for (std::size_t c = 0; c < classes.size(); ++c) {
        classes[c] = ClassOfAscii(static_cast<unsigned char>(c));
    }
    return classes;
}();

/// A character of a text: its class, and how many bytes it takes.
struct Character {
    CharacterClass kind = CharacterClass::kOther;
    std::uint32_t size = 1;
};

/// The classes of all characters, as views on an image.
struct ClassTable {
    const std::uint16_t* blocks = nullptr;  ///< By code point / 256.
    const std::uint8_t* classes = nullptr;

    CharacterClass Of(std::uint32_t code_point) const noexcept {
        const std::size_t block = blocks[code_point >> 8U];
        return static_cast<CharacterClass>(classes[(block << 8U) | (code_point & 0xFFU)]);
    }

    /// The character at `text`, which is valid UTF-8.
    Character At(const char* text) const noexcept {
        const auto byte = [text](std::size_t i) -> std::uint32_t {
            return static_cast<unsigned char>(text[i]);
        };
        const std::uint32_t lead = byte(0);
        if (lead < 0x80) {
            return {kAsciiClasses[lead], 1};
        }
        if (lead < 0xE0) {
            return {Of(((lead & 0x1FU) << 6U) | (byte(1) & 0x3FU)), 2};
        }
        if (lead < 0xF0) {
            return {Of(((lead & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU)), 3};
        }
        const std::uint32_t high = ((lead & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U);
        return {Of(high | ((byte(2) & 0x3FU) << 6U) | (byte(3) & 0x3FU)), 4};
    }
};

}  // namespace sightglass::tokens
