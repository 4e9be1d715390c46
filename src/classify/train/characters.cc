#include "classify/train/characters.h"

namespace sightglass::classify {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool IsContinuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The character at `at`, which is moved past it.
char32_t TakeCharacter(std::string_view text, std::size_t& at) noexcept {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80U) {
        return lead;
    }
    const std::size_t more = lead >= 0xF0U ? 3 : lead >= 0xE0U ? 2 : lead >= 0xC2U ? 1 : 0;
    if (more == 0 || lead > 0xF4U || text.size() - at < more) {
        return kReplacement;
    }
    char32_t character = lead & (0x3FU >> more);
    for (std::size_t i = 0; i < more; ++i) {
        if (!IsContinuation(text[at + i])) {
            return kReplacement;
        }
        character = (character << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    at += more;
    return character;
}

constexpr bool Within(char32_t character, char32_t first, char32_t last) noexcept {
    return character >= first && character <= last;
}

/// Lower case of the scripts that have it and are common; width does not matter.
char32_t Fold(char32_t character) noexcept {
    if (Within(character, 0xFF01, 0xFF5E)) {  // Full-width Latin.
        character -= 0xFEE0;
    }
    if (Within(character, 'A', 'Z') || (Within(character, 0xC0, 0xDE) && character != 0xD7) ||
        Within(character, 0x391, 0x3A9) || Within(character, 0x410, 0x42F)) {
        return character + 32;
    }
    if (Within(character, 0x400, 0x40F)) {
        return character + 80;
    }
    if (Within(character, 0x100, 0x137) || Within(character, 0x14A, 0x177)) {
        return character | 1U;  // Pairs: upper case is even.
    }
    return character;
}

constexpr bool IsAsciiSpace(char32_t character) noexcept {
    return character == ' ' || Within(character, '\t', '\r');
}

}  // namespace

CharacterKind KindOf(char32_t character) noexcept {
    if (character < 0x80) {
        const bool is_word = Within(character, 'a', 'z') || Within(character, '0', '9') ||
                             Within(character, 'A', 'Z') || character == '_';
        return is_word                                     ? CharacterKind::kLetter
               : IsAsciiSpace(character) || character == 0 ? CharacterKind::kSpace
                                                           : CharacterKind::kMark;
    }
    if (character == 0xA0 || character == 0x3000 || Within(character, 0x2000, 0x200B)) {
        return CharacterKind::kSpace;
    }
    if (Within(character, 0x3040, 0x30FF) || Within(character, 0x3400, 0x9FFF) ||
        Within(character, 0xF900, 0xFAFF) || Within(character, 0x20000, 0x3FFFF) ||
        Within(character, 0x0E00, 0x0EFF)) {
        return CharacterKind::kIdeograph;
    }
    const bool is_mark = Within(character, 0x80, 0xBF) || Within(character, 0x2010, 0x2BFF) ||
                         Within(character, 0x3001, 0x303F) || Within(character, 0xFE10, 0xFE6F) ||
                         Within(character, 0xFF00, 0xFFFF) || Within(character, 0x1F000, 0x1FAFF);
    return is_mark ? CharacterKind::kMark : CharacterKind::kLetter;
}

std::size_t AppendCharacters(std::string_view text, std::size_t count, std::vector<char32_t>& to) {
    std::size_t at = 0;
    for (; at < text.size() && count > 0; --count) {
        const char32_t character = Fold(TakeCharacter(text, at));
        if (KindOf(character) != CharacterKind::kSpace) {
            to.push_back(character);
        } else if (to.empty() || to.back() != U' ') {
            to.push_back(U' ');
        }
    }
    return at;
}

std::string_view LastCharacters(std::string_view text, std::size_t count) noexcept {
    std::size_t begin = text.size();
    while (begin > 0 && count > 0) {
        --begin;
        count -= IsContinuation(text[begin]) ? 0 : 1;
        if (text.size() - begin >= count * 4 + 4096) {
            break;  // Continuation bytes without end: no text.
        }
    }
    return text.substr(begin);
}

void AppendUtf8(char32_t character, std::string& to) {
    const auto put = [&to](char32_t byte) { to.push_back(static_cast<char>(byte)); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0U | (character >> 6U));
        put(0x80U | (character & 0x3FU));
    } else if (character < 0x10000) {
        put(0xE0U | (character >> 12U));
        put(0x80U | ((character >> 6U) & 0x3FU));
        put(0x80U | (character & 0x3FU));
    } else {
        put(0xF0U | (character >> 18U));
        put(0x80U | ((character >> 12U) & 0x3FU));
        put(0x80U | ((character >> 6U) & 0x3FU));
        put(0x80U | (character & 0x3FU));
    }
}

}  // namespace sightglass::classify
