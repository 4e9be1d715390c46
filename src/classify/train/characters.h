// The characters of a text as classification sees them: decoded, in lower case, and of few kinds.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::classify {

enum class CharacterKind : std::uint8_t {
    kSpace,
    kLetter,     ///< Letters and digits: what makes up words.
    kIdeograph,  ///< Of a script that does not divide words: a word by itself.
    kMark,       ///< All else.
};

CharacterKind KindOf(char32_t character) noexcept;

/// Appends the first `count` characters of a text in lower case, white space run together, and returns how many bytes they took.
/// A byte that is not UTF-8 is a character by itself.
std::size_t AppendCharacters(std::string_view text, std::size_t count, std::vector<char32_t>& to);

/// The end of a text, at most so many characters long.
std::string_view LastCharacters(std::string_view text, std::size_t count) noexcept;

void AppendUtf8(char32_t character, std::string& to);

}  // namespace sightglass::classify
