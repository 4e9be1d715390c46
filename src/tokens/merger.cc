#include "tokens/merger.h"

namespace sightglass::tokens {
namespace {

constexpr unsigned kPairBits = 14;
constexpr std::size_t kPieceBytesKept = 1U << 18;  ///< Memory for longer ones is given back.

}  // namespace

Merger::Merger(const Vocabulary& vocabulary)
    : vocabulary_(vocabulary), known_pairs_(std::size_t{1} << kPairBits) {}

const std::vector<Entry>& Merger::Merge(std::string_view piece) {
    if (tokens_.capacity() > kPieceBytesKept) {
        tokens_ = {};
        dead_ = {};
    }
    tokens_.clear();
    const Vocabulary::Match match = vocabulary_.FindLongest(piece);
    if (match.whole != kNoToken) {
        tokens_.push_back({match.whole});
    } else {
        MergeParts(piece, match.longest);
    }
    return tokens_;
}

void Merger::MergeParts(std::string_view piece, Entry longest) {
    dead_.assign(piece.size() / 64 + 1, 0);
    std::size_t place = 0;
    Entry token = longest;
    for (;;) {
        const std::size_t end = place + token.Bytes();
        if (!IsDead(end) && MayFollow(token, piece.data() + place)) {
            tokens_.push_back(token);
            place = end;
            if (place == piece.size()) {
                return;
            }
            token = vocabulary_.FindLongest(piece.substr(place)).longest;
            continue;
        }
        token = vocabulary_.Shorter(token);
        while (!token.Exists()) {
            dead_[place / 64] |= std::uint64_t{1} << (place % 64);
            const Entry last = tokens_.back();
            tokens_.pop_back();
            place -= last.Bytes();
            token = vocabulary_.Shorter(last);
        }
    }
}

/// Whether it may stand behind the last one.
bool Merger::MayFollow(Entry token, const char* border) {
    if (tokens_.empty()) {
        return true;
    }
    const Entry last = tokens_.back();
    if (vocabulary_.IsBorder(last, token, border)) {
        return true;
    }
    const std::uint64_t pair =
        ((std::uint64_t{last.Id()} << 32U | token.Id()) << 1U) + 2;  // Never 0.
    std::uint64_t& known = known_pairs_[HashPair(last.Id(), token.Id()) >> (32 - kPairBits)];
    if ((known & ~std::uint64_t{1}) != pair) {
        known = pair | (vocabulary_.Compatible(last.Id(), token.Id()) ? 1U : 0U);
    }
    return (known & 1U) != 0;
}

}  // namespace sightglass::tokens
