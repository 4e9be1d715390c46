// Sixteen bytes of text at once: which are ASCII letters.
//
// Thread-safety: pure functions.
#pragma once

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sightglass::tokens {

/// A bit a byte, the first byte's lowest.
struct WordMask {
    std::uint32_t upper = 0;
    std::uint32_t lower = 0;
    std::uint32_t beyond_ascii = 0;
};

/// How many of the lowest bits are set without a gap.
inline std::uint32_t RunOf(std::uint32_t mask) noexcept {
    return static_cast<std::uint32_t>(std::countr_one(mask));
}

/// Reads sixteen bytes.
inline WordMask MaskAt(const char* text) noexcept {
    WordMask mask;
#if defined(__SSE2__)
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
    // Shifted so that the letters are the 26 least of signed bytes.
    const auto letters_from = [&bytes](int first) {
        const __m128i shifted = _mm_add_epi8(bytes, _mm_set1_epi8(static_cast<char>(128 - first)));
        const __m128i found = _mm_cmplt_epi8(shifted, _mm_set1_epi8(-128 + 26));
        return static_cast<std::uint32_t>(_mm_movemask_epi8(found));
    };
    mask.upper = letters_from('A');
    mask.lower = letters_from('a');
    mask.beyond_ascii = static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
#else
    for (unsigned i = 0; i < 16; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        mask.beyond_ascii |= (byte >> 7U) << i;
        mask.upper |= static_cast<std::uint32_t>(byte >= 'A' && byte <= 'Z') << i;
        mask.lower |= static_cast<std::uint32_t>(byte >= 'a' && byte <= 'z') << i;
    }
#endif
    return mask;
}

}  // namespace sightglass::tokens
