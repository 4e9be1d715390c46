#include "tokens/merger.h"

namespace sightglass::tokens {
namespace {

constexpr unsigned kPairBits = 14;
constexpr std::size_t kPieceBytesKept = 1U << 18;  ///< Memory for longer ones is given back.

constexpr std::size_t kRunBytesMin =
    1024;  ///< Of a run of one character that is looked at as such.
constexpr std::size_t kRunTailBytesMin = 512;  ///< More than two of the longest tokens.

/// How many bytes the character has that the piece is a run of; 0 where it is none.
std::size_t PeriodOfRun(std::string_view piece) noexcept {
    const auto lead = static_cast<unsigned char>(piece.front());
    const std::size_t size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const bool is_run = piece.substr(size) == piece.substr(0, piece.size() - size);
    return is_run && piece.size() % size == 0 ? size : 0;
}

}  // namespace

Merger::Merger(const Vocabulary& vocabulary)
    : vocabulary_(vocabulary), known_pairs_(std::size_t{1} << kPairBits) {}

const std::vector<Entry>& Merger::Merge(std::string_view piece) {
    if (tokens_.capacity() > kPieceBytesKept) {
        tokens_ = {};
        dead_ = {};
    }
    if (piece.size() >= kRunBytesMin && MergeRun(piece)) {
        return tokens_;
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

/// Where a run's tokens begin with two equal ones, one more before them fits as well as these: the run that is longer by that
/// token has it in front and the same behind. False where the piece is no run, or its tokens do not begin so.
bool Merger::MergeRun(std::string_view piece) {
    const std::size_t period = PeriodOfRun(piece);
    if (period == 0) {
        return false;
    }
    const auto merge = [&](std::size_t size) {
        tokens_.clear();
        const std::string_view run = piece.substr(0, size);
        MergeParts(run, vocabulary_.FindLongest(run).longest);
        return tokens_.size() > 1 && tokens_[0] == tokens_[1];
    };
    if (!merge(kRunTailBytesMin / period * period)) {
        return false;
    }
    const Entry token = tokens_.front();
    const std::size_t count = (piece.size() - kRunTailBytesMin) / token.Bytes();
    if (!merge(piece.size() - count * token.Bytes()) || tokens_.front() != token) {
        return false;
    }
    tokens_.insert(tokens_.begin(), count, token);
    return true;
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
