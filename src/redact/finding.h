// What a detector is given, and what it answers: a place in a text, and what kind of thing stands there.
//
// Thread-safety: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sightglass::redact {

enum class Kind : std::uint8_t { kSecret, kEmail, kPhone, kCard, kIban, kNationalId, kIp, kCustom };

/// Half-open: [begin, end).
struct Finding {
    std::size_t begin = 0;
    std::size_t end = 0;
    Kind kind = Kind::kSecret;
    std::size_t pattern = 0;  ///< Which one, of kCustom.

    bool Empty() const noexcept { return begin == end; }
};

/// Nothing was found.
inline constexpr Finding kNothing{};

/// A text on its way through the detectors. Views: whoever searches owns the bytes.
struct Searched {
    std::string_view text;
    std::string_view
        name;  ///< What it is called where it stands: the key of a JSON value, or empty.
    std::size_t from = 0;  ///< What stands before it is spoken for.

    /// The byte at `at`; a space beyond both ends.
    char At(std::size_t at) const noexcept { return at < text.size() ? text[at] : ' '; }

    /// The byte before `at`; a space at the start.
    char Before(std::size_t at) const noexcept { return at > 0 ? text[at - 1] : ' '; }

    /// The byte two before `at`.
    char SecondBefore(std::size_t at) const noexcept { return at > 1 ? text[at - 2] : ' '; }
};

}  // namespace sightglass::redact
