// Where the values of a JSON text lie: one pass over a copy of the text, one entry a value, in the
// order of the text. Read json.h first.
//
// Long strings are stepped over by memchr and never looked into, numbers are only checked: what
// nobody asks for costs nearly nothing. Most calls are asked for a dozen of their values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::codec {

enum class JsonType : std::uint8_t { kObject, kArray, kString, kNumber, kTrue, kFalse, kNull };

/// A value: offsets into JsonIndex::text. Of strings and keys they leave the quotes out.
struct JsonEntry {
    std::uint32_t key_begin = 0;
    std::uint32_t key_size = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t next = 0;      ///< The entry behind this value and everything in it.
    std::uint64_t key_bits = 0;  ///< Of an object: KeyBit of each of its keys.
    JsonType type = JsonType::kNull;
    bool decoded = false;  ///< A string that stands there without its escapes now.
};

/// Thread-safety: one thread at a time.
struct JsonIndex {
    const JsonEntry& operator[](std::uint32_t place) const noexcept { return entries[place]; }

    /// What stands at an entry: its text.
    std::string_view Raw(const JsonEntry& entry) const noexcept {
        return {text.data() + entry.begin, entry.end - entry.begin};
    }

    std::string_view Key(const JsonEntry& entry) const noexcept {
        return {text.data() + entry.key_begin, entry.key_size};
    }

    std::string text;
    bool changed = false;  ///< Escapes were taken out somewhere: the text is not what it was.
    /// The document's value is the first; some behind the last may be unused.
    std::vector<JsonEntry> entries;

    /// Indexes what is in `text`, and adds kJsonPadding NULs to it. Null, or what is wrong with it.
    const char* Build();
};

/// One of 64 bits: most keys that are asked for and absent have none set in their object.
constexpr std::uint64_t KeyBit(std::string_view key) noexcept {
    if (key.empty()) {
        return 1;
    }
    const std::size_t first = static_cast<unsigned char>(key.front());
    const std::size_t last = static_cast<unsigned char>(key.back());
    return std::uint64_t{1} << ((key.size() * 7 + first * 5 + last) & 63U);
}

inline constexpr std::size_t kJsonPadding = 8;
inline constexpr std::size_t kJsonDepthMax = 256;
inline constexpr std::size_t kJsonValuesMax = 4U << 20;

/// Takes the escapes out of `size` bytes at `text`, in place. The bytes that are left, or kBadEscape.
std::size_t Unescape(char* text, std::size_t size) noexcept;

inline constexpr std::size_t kBadEscape = ~std::size_t{0};

}  // namespace sightglass::codec
