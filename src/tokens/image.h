// The image of a vocabulary: what `tokens/pack` writes at build time and the Vocabulary reads where it lies.
// docs/formats/token-image.md describes it; both sides are compiled against this header.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sightglass::tokens {

using TokenId = std::uint32_t;

/// Where an id is expected and there is none. Greater than every id.
inline constexpr TokenId kNoToken = 0xFFFFFFFFU;

/// A token as the trie has it: its id and its length in one word, so that the merger need not ask for more.
struct Entry {
    static constexpr unsigned kIdBits = 18;
    static constexpr unsigned kLengthBits = 8;
    static constexpr std::uint32_t kId = (1U << kIdBits) - 1;

    /// Merging never makes it; a piece that is it as a whole is that token.
    static constexpr std::uint32_t kWholePieceOnly = 1U << 31U;

    std::uint32_t word = kNoToken;

    bool Exists() const noexcept { return word != kNoToken; }

    bool Is(std::uint32_t flag) const noexcept { return (word & flag) != 0; }

    TokenId Id() const noexcept { return word & kId; }

    std::size_t Bytes() const noexcept { return (word >> kIdBits) & ((1U << kLengthBits) - 1); }

    friend bool operator==(const Entry&, const Entry&) = default;
};

/// Of the two parts that a token is merged of, one that has less bytes is short.
inline constexpr std::size_t kBorderBytes = 3;

inline constexpr std::array<char, 8> kImageMagic = {'s', 'g', 't', 'o', 'k', 'e', 'n', '1'};
inline constexpr std::size_t kSectionAlignment = 64;

/// A node of the trie of tokens, a double array. `link` holds, from its low bits, the label by which the node is reached,
/// and the place from which its children are counted: the child by `byte` is at Base() + byte if that one's label is `byte`.
struct TrieNode {
    static constexpr unsigned kLabelBits = 9;
    static constexpr std::uint32_t kFree = 256;  ///< The label of a place without a node.

    std::uint32_t link = kFree;
    Entry value;

    std::uint32_t Label() const noexcept { return link & ((1U << kLabelBits) - 1); }

    std::uint32_t Base() const noexcept { return link >> kLabelBits; }
};

/// The two tokens whose merge makes a token; itself twice where no merge makes it.
struct Split {
    TokenId left = kNoToken;
    TokenId right = kNoToken;
};

/// Two tokens and what their merge makes, in one word; 0 for none.
constexpr std::uint64_t PairEntry(TokenId left, TokenId right, TokenId joined) noexcept {
    return (std::uint64_t{left} << 40U) | (std::uint64_t{right} << 20U) | joined;
}

inline constexpr std::uint64_t kJoinedOfPair = (1U << 20U) - 1;

/// A token of at most eight bytes, valid UTF-8 by itself.
struct ShortPiece {
    std::array<std::uint32_t, 2> key = {kNoToken, kNoToken};  ///< ShortKey, low half first.
    TokenId id = kNoToken;
};

/// A token of nine to sixteen bytes, valid UTF-8 by itself.
struct MediumPiece {
    std::array<std::uint32_t, 4> key = {kNoToken, kNoToken, kNoToken, kNoToken};
    TokenId id = kNoToken;
};

/// Where a section begins, and how many elements it has.
struct Section {
    std::uint32_t offset = 0;
    std::uint32_t count = 0;
};

struct ImageHeader {
    std::array<char, 8> magic = kImageMagic;
    std::uint32_t bytes = 0;  ///< Of the whole image.
    std::uint32_t token_bytes_max = 0;
    std::uint32_t short_slots =
        0;  ///< To which a hash is reduced; the section has room behind them.
    std::uint32_t medium_slots = 0;
    std::uint32_t pair_slots = 0;
    std::uint32_t pair_filter_bits = 0;
    std::uint32_t border_filter_bits = 0;
    std::uint32_t reserved = 0;
    Section nodes;   ///< TrieNode; the first is the root.
    Section splits;  ///< Split, by id.
    Section
        prefixes;  ///< TokenId by id: the longest token that it begins with and that merging makes.
    Section lengths;      ///< uint8, by id, in bytes.
    Section pairs;        ///< uint64, PairEntry, found by the hash of the two.
    Section pair_filter;  ///< uint64: a bit is set where a pair's hash falls.
    Section
        short_borders;  ///< uint64: a bit for each two bytes between which a token is merged, one part of it short.
    Section
        border_filter;  ///< The same where both parts have kBorderBytes, for so many of their bytes, hashed.
    Section short_pieces;
    Section medium_pieces;
    Section class_blocks;  ///< uint16 by code point / 256: a block of classes.
    Section classes;       ///< uint8 (CharacterClass), 256 a block.
};

/// Bytes 0xFF, of which UTF-8 has none, fill the key up: no two texts have one key.
inline std::uint64_t FillKey(std::uint64_t bytes, std::size_t size) noexcept {
    return size >= 8 ? bytes : bytes | (~std::uint64_t{0} << (8 * size));
}

inline std::uint32_t HashShort(std::uint64_t key) noexcept {
    return static_cast<std::uint32_t>(((key ^ (key >> 29U)) * 0x9E3779B97F4A7C15U) >> 32U);
}

inline std::uint32_t HashMedium(std::uint64_t low, std::uint64_t high) noexcept {
    return HashShort(low ^ (high * 0xD6E8FEB86659FD93U));
}

inline std::uint32_t HashPair(TokenId left, TokenId right) noexcept {
    return HashShort((std::uint64_t{left} << 32U) | right);
}

/// Of the two bytes beside a border: which bit of Section::short_borders.
inline std::uint32_t ShortBorder(const char* border) noexcept {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(border[-1])) << 8U |
           static_cast<unsigned char>(border[0]);
}

/// Of the bytes on both sides of a border, kBorderBytes each.
inline std::uint32_t HashBorder(const char* border) noexcept {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, border - kBorderBytes, 2 * kBorderBytes);
    return HashShort(bytes);
}

/// A hash reduced to a place among `slots`.
inline std::uint32_t SlotOf(std::uint32_t hash, std::uint32_t slots) noexcept {
    return static_cast<std::uint32_t>((std::uint64_t{hash} * slots) >> 32U);
}

}  // namespace sightglass::tokens
