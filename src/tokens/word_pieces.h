// How each encoding cuts a text into pieces: its published regular expression, written out by hand. What each alternative
// matches is said beside it; leftmost alternatives go first, as there. No step is ever taken back by more than a character,
// so that a text is read once.
//
// All functions take valid UTF-8. Source of the expressions: openai/tiktoken, tiktoken_ext/openai_public.py.
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tokens/character_class.h"
#include "tokens/piece_parts.h"
#include "tokens/word_mask.h"

namespace sightglass::tokens {

/// The rules of an encoding:
///
/// - FastWord: the size of the piece at `at`, of which 17 bytes can be read, where it is ASCII letters behind at most one
///   other ASCII character and no longer than 16 bytes; 0 where it is something else, which Cut must find.
/// - Cut: the end of the piece at the text's begin, which is not its end.
///
/// r50k_base and p50k_base:
/// `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
struct R50kRules {
    static std::size_t FastWord(const char* at) noexcept {
        const std::size_t skip = *at == ' ' ? 1 : 0;
        const WordMask mask = MaskAt(at + skip);
        const std::size_t run = RunOf(mask.upper | mask.lower);
        const bool ends = run + skip <= 16 && run < 16 && ((mask.beyond_ascii >> run) & 1U) == 0;
        return run > 0 && ends ? skip + run : 0;
    }

    static const char* Cut(const Reading& text) noexcept {
        if (const std::size_t size = ContractionAt(text.begin, text.end, false); size > 0) {
            return text.begin + size;
        }
        const char* const word = text.begin + (*text.begin == ' ' ? 1 : 0);
        const CharacterClass kind = text.KindAt(word, CharacterClass::kSpace);
        if (Has(kWhite, kind)) {
            return CutWhiteSpace<false>(text);
        }
        if (Has(kLetters, kind)) {
            return text.Skip(word, kLetters);
        }
        return text.Skip(word, Has(kNumbers, kind) ? kNumbers : ~(kWhite | kLetters | kNumbers));
    }
};

/// cl100k_base:
/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
struct Cl100kRules {
    static std::size_t FastWord(const char* at) noexcept;
    static const char* Cut(const Reading& text) noexcept;
};

/// o200k_base and o200k_harmony, where U stands for `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]` and L for `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`:
/// `[^\r\n\p{L}\p{N}]?U*L+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?U+L*(?i:'s|'t|'re|'ve|'m|'ll|'d)?`
/// `|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
struct O200kRules {
    static std::size_t FastWord(const char* at) noexcept;
    static const char* Cut(const Reading& text) noexcept;

    /// The end of `U*L+`, or else of `U+L*`, at a place; the place where neither is there. What both hold, caseless letters
    /// and marks, U* takes first; where no L is left for L+, it gives back as much as ends with such a one.
    static const char* CutWord(const Reading& text, const char* at) noexcept;
};

/// Whether an ASCII character may stand before a word's letters: `[^\r\n\p{L}\p{N}]`.
constexpr bool IsWordPrefix(unsigned char c) noexcept {
    return c < 0x80 &&
           !Has(kLetters | kNumbers | SetOf(CharacterClass::kNewline), kAsciiClasses[c]);
}

inline constexpr std::array<std::uint8_t, 256> kWordPrefixes = [] {
    std::array<std::uint8_t, 256> prefixes{};
    for (std::size_t c = 0; c < prefixes.size(); ++c) {
        prefixes[c] = IsWordPrefix(static_cast<unsigned char>(c)) ? 1 : 0;
    }
    return prefixes;
}();

inline std::size_t Cl100kRules::FastWord(const char* at) noexcept {
    const std::size_t skip = kWordPrefixes[static_cast<unsigned char>(*at)];
    const WordMask mask = MaskAt(at + skip);
    const std::size_t run = RunOf(mask.upper | mask.lower);
    const bool ends = run + skip <= 16 && run < 16 && ((mask.beyond_ascii >> run) & 1U) == 0;
    return run > 0 && ends && *at != '\'' ? skip + run : 0;
}

inline const char* Cl100kRules::Cut(const Reading& text) noexcept {
    if (const std::size_t size = ContractionAt(text.begin, text.end, true); size > 0) {
        return text.begin + size;
    }
    constexpr ClassSet kSymbols = ~(kWhite | kLetters | kNumbers);
    const Character first = text.classes.At(text.begin);
    if (Has(kLetters, first.kind)) {
        return text.Skip(text.begin, kLetters);
    }
    if (first.kind == CharacterClass::kNumber) {
        return CutNumber(text);
    }
    const char* const second = text.begin + first.size;
    const CharacterClass kind = text.KindAt(second, CharacterClass::kNewline);
    if (first.kind != CharacterClass::kNewline && Has(kLetters, kind)) {
        return text.Skip(second, kLetters);
    }
    if (!Has(kWhite, first.kind) || (*text.begin == ' ' && Has(kSymbols, kind))) {
        const char* const behind = text.Skip(second, kSymbols);
        return text.Skip(behind, SetOf(CharacterClass::kNewline));
    }
    return CutWhiteSpace<true>(text);
}

inline std::size_t O200kRules::FastWord(const char* at) noexcept {
    const std::size_t skip = kWordPrefixes[static_cast<unsigned char>(*at)];
    const WordMask mask = MaskAt(at + skip);
    const std::size_t upper = RunOf(mask.upper);
    const std::size_t run = upper + RunOf(mask.lower >> upper);
    const bool ends = run + skip <= 16 && run < 16 && ((mask.beyond_ascii >> run) & 1U) == 0;
    return run > 0 && ends && at[skip + run] != '\'' ? skip + run : 0;
}

inline const char* O200kRules::CutWord(const Reading& text, const char* at) noexcept {
    const char* caseless_end = nullptr;
    while (at != text.end) {
        const Character character = text.classes.At(at);
        if (character.kind == CharacterClass::kLower) {
            return text.Skip(
                at,
                SetOf(CharacterClass::kLower) | SetOf(CharacterClass::kCaseless) | kMarks
            );
        }
        if (!Has(kLetters | kMarks, character.kind)) {
            break;
        }
        at += character.size;
        if (character.kind != CharacterClass::kUpper) {
            caseless_end = at;
        }
    }
    return caseless_end != nullptr ? caseless_end : at;
}

inline const char* O200kRules::Cut(const Reading& text) noexcept {
    const Character first = text.classes.At(text.begin);
    if (first.kind == CharacterClass::kNumber) {
        return CutNumber(text);
    }
    const char* const second = text.begin + first.size;
    const CharacterClass kind = text.KindAt(second, CharacterClass::kNewline);
    const bool begins_word = Has(kLetters | kMarks, first.kind);
    if (begins_word || (first.kind != CharacterClass::kNewline && Has(kLetters | kMarks, kind))) {
        // A mark before the letters may be their prefix as well as one of them: the end is the same.
        const char* const end = CutWord(text, begins_word ? text.begin : second);
        return end + ContractionAt(end, text.end, true);
    }
    if (!Has(kWhite, first.kind) || (*text.begin == ' ' && !Has(kWhite | kNumbers, kind))) {
        const char* at = text.Skip(second, ~(kWhite | kLetters | kNumbers));
        while (at != text.end && (*at == '\r' || *at == '\n' || *at == '/')) {
            ++at;
        }
        return at;
    }
    return CutWhiteSpace<true>(text);
}

}  // namespace sightglass::tokens
