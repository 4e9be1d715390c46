// The tokens of an encoding: found by their bytes, and whether two of them may stand side by side. Views on an image that
// is part of the program: nothing is read or built when it is first used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "tokens/character_class.h"
#include "tokens/image.h"

namespace sightglass::tokens {

/// Thread-safety: immutable; safe for concurrent use. The image must outlive it.
class Vocabulary {
public:
    /// Checks the header and the sections' bounds, not what is in them: an image comes from the build.
    static Result<Vocabulary> Read(std::string_view image);

    /// The token that a piece is, whose ShortKey or medium keys are given; kNoToken where it is none.
    TokenId FindShort(std::uint64_t key) const noexcept;
    TokenId FindMedium(std::uint64_t low, std::uint64_t high) const noexcept;

    struct Match {
        Entry longest;  ///< The longest token that the text begins with and that merging makes.
        TokenId whole = kNoToken;  ///< The token that the text is.
    };

    /// Text is not empty.
    Match FindLongest(std::string_view text) const noexcept;

    /// The next shorter one that FindLongest could have found.
    Entry Shorter(Entry token) const noexcept { return prefixes_[token.Id()]; }

    /// Whether it can be seen at once that no merge crosses the border between two tokens, where `border` is the place in
    /// the text. Where not, Compatible knows.
    bool IsBorder(Entry left, Entry right, const char* border) const noexcept;

    /// Whether merging the bytes of both, side by side, gives just these two.
    bool Compatible(TokenId left, TokenId right) const noexcept;

    std::size_t TokenBytesMax() const noexcept { return token_bytes_max_; }

    const ClassTable& Classes() const noexcept { return classes_; }

    std::span<const TrieNode> Nodes() const noexcept { return nodes_; }

private:
    Vocabulary() = default;

    TokenId FindPair(TokenId left, TokenId right) const noexcept;

    std::span<const TrieNode> nodes_;
    std::span<const Split> splits_;
    std::span<const Entry> prefixes_;
    std::span<const std::uint64_t> pairs_;
    std::span<const std::uint64_t> pair_filter_;
    std::span<const std::uint64_t> short_borders_;
    std::span<const std::uint64_t> border_filter_;
    std::span<const ShortPiece> short_pieces_;
    std::span<const MediumPiece> medium_pieces_;
    std::uint32_t short_slots_ = 0;
    std::uint32_t medium_slots_ = 0;
    std::uint32_t pair_slots_ = 0;
    std::uint32_t pair_filter_bits_ = 0;
    std::uint32_t border_filter_bits_ = 0;
    std::size_t token_bytes_max_ = 0;
    ClassTable classes_;
};

inline TokenId Vocabulary::FindShort(std::uint64_t key) const noexcept {
    const ShortPiece* piece = &short_pieces_[SlotOf(HashShort(key), short_slots_)];
    for (;; ++piece) {
        std::uint64_t found = 0;
        std::memcpy(&found, piece->key.data(), sizeof found);
        if (found == key || piece->id == kNoToken) {
            return piece->id;
        }
    }
}

inline TokenId Vocabulary::FindMedium(std::uint64_t low, std::uint64_t high) const noexcept {
    const MediumPiece* piece = &medium_pieces_[SlotOf(HashMedium(low, high), medium_slots_)];
    for (;; ++piece) {
        std::uint64_t found[2];
        std::memcpy(found, piece->key.data(), sizeof found);
        if ((found[0] == low && found[1] == high) || piece->id == kNoToken) {
            return piece->id;
        }
    }
}

/// Whether the bit is set on which a hash falls.
inline bool
MayHold(std::span<const std::uint64_t> filter, std::uint32_t bits, std::uint32_t hash) noexcept {
    const std::uint32_t bit = SlotOf(hash, bits);
    return ((filter[bit / 64] >> (bit % 64)) & 1U) != 0;
}

inline bool Vocabulary::IsBorder(Entry left, Entry right, const char* border) const noexcept {
    const std::uint32_t bit = ShortBorder(border);
    if (((short_borders_[bit / 64] >> (bit % 64)) & 1U) != 0) {
        return false;
    }
    // What crosses it is not short on either side.
    return left.Bytes() < kBorderBytes || right.Bytes() < kBorderBytes ||
           !MayHold(border_filter_, border_filter_bits_, HashBorder(border));
}

inline TokenId Vocabulary::FindPair(TokenId left, TokenId right) const noexcept {
    const std::uint32_t hash = HashPair(left, right);
    if (!MayHold(pair_filter_, pair_filter_bits_, hash)) {
        return kNoToken;
    }
    const std::uint64_t wanted = PairEntry(left, right, 0);
    for (const std::uint64_t* pair = &pairs_[SlotOf(hash, pair_slots_)]; *pair != 0; ++pair) {
        if ((*pair & ~kJoinedOfPair) == wanted) {
            return static_cast<TokenId>(*pair & kJoinedOfPair);
        }
    }
    return kNoToken;
}

}  // namespace sightglass::tokens
