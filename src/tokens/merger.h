// A piece that is no token becomes the tokens that byte-pair merging makes of it, without merging.
//
// The tokens t1 … tn are what merging makes of their bytes if, and only if, of each two neighbours' bytes it makes just these
// two. So the tokens are laid from left to right, the longest that fits first, and where none fits the last one is taken back
// for a shorter one. From each place that is reached the way back to the start is the only one there is: no place is left
// twice, and the whole takes linear time. A long run of one character has many tokens of nearly one length, most of which lead
// nowhere: by the same rule it is as many equal tokens as there is room for before what a short run of them ends with. Idea: github/rust-gems, bpe.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tokens/vocabulary.h"

namespace sightglass::tokens {

/// Thread-safety: one thread at a time.
class Merger {
public:
    /// The vocabulary must outlive it.
    explicit Merger(const Vocabulary& vocabulary);

    /// The tokens of a piece that is not empty, valid until the next call.
    const std::vector<Entry>& Merge(std::string_view piece);

private:
    bool MergeRun(std::string_view piece);
    void MergeParts(std::string_view piece, Entry longest);
    bool MayFollow(Entry token, const char* border);

    bool IsDead(std::size_t place) const noexcept {
        return ((dead_[place / 64] >> (place % 64)) & 1U) != 0;
    }

    const Vocabulary& vocabulary_;
    std::vector<Entry> tokens_;
    std::vector<std::uint64_t>
        dead_;  // Places in the piece from which the end cannot be reached, a bit each.
    std::vector<std::uint64_t>
        known_pairs_;  // What Compatible said: a pair and the answer, the last one of each place.
};

}  // namespace sightglass::tokens
