// What the encodings' rules (word_pieces.h) share: runs of characters, white space, numbers, contractions.
//
// All functions take valid UTF-8.
// Thread-safety: pure functions.
#pragma once

#include <cstddef>

#include "tokens/character_class.h"

namespace sightglass::tokens {

/// A text of which pieces are cut from its begin. Thread-safety: plain value.
struct Reading {
    const char* begin = nullptr;
    const char* end = nullptr;
    const ClassTable& classes;

    /// Behind the last of the characters from `at` on that are of these classes.
    const char* Skip(const char* at, ClassSet set) const noexcept {
        while (at != end) {
            const Character character = classes.At(at);
            if (!Has(set, character.kind)) {
                break;
            }
            at += character.size;
        }
        return at;
    }

    /// The class at a place that may be the end; `otherwise` there.
    CharacterClass KindAt(const char* at, CharacterClass otherwise) const noexcept {
        return at == end ? otherwise : classes.At(at).kind;
    }
};

/// `\s*[\r\n]+` where `breaks` is set, `\s+(?!\S)`, `\s+`: a run of white space up to its last line end; else whole where the
/// text ends with it; else without its last character, which goes to the next word; or that one where it is alone.
template <bool kBreaks>
const char* CutWhiteSpace(const Reading& text) noexcept {
    const char* at = text.begin;
    const char* last = at;
    const char* behind_break = nullptr;
    while (at != text.end) {
        const Character character = text.classes.At(at);
        if (!Has(kWhite, character.kind)) {
            break;
        }
        last = at;
        at += character.size;
        if (character.kind == CharacterClass::kNewline) {
            behind_break = at;
        }
    }
    if (kBreaks && behind_break != nullptr) {
        return behind_break;
    }
    return at == text.end || last == text.begin ? at : last;
}

/// `\p{N}{1,3}`
inline const char* CutNumber(const Reading& text) noexcept {
    const char* at = text.begin;
    for (int i = 0; i < 3 && at != text.end; ++i) {
        const Character character = text.classes.At(at);
        if (character.kind != CharacterClass::kNumber) {
            break;
        }
        at += character.size;
    }
    return at;
}

/// Size of `'s|'t|'re|'ve|'m|'ll|'d` at a place, 0 where it is not there. With `any_case`, in either case, and of `s` the long
/// one too, U+017F, which folds to it.
inline std::size_t ContractionAt(const char* at, const char* end, bool any_case) noexcept {
    const auto letter = [&](std::ptrdiff_t i) -> char {
        const char c = end - at > i ? at[i] : '\0';
        return any_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    };
    if (letter(0) != '\'') {
        return 0;
    }
    switch (letter(1)) {
        case 's':
        case 't':
        case 'm':
        case 'd':
            return 2;
        case 'r':
        case 'v':
            return letter(2) == 'e' ? 3 : 0;
        case 'l':
            return letter(2) == 'l' ? 3 : 0;
        case '\xC5':
            return any_case && letter(2) == '\xBF' ? 3 : 0;
        default:
            return 0;
    }
}

}  // namespace sightglass::tokens
