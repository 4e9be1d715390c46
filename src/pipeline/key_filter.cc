#include "pipeline/key_filter.h"

#include <algorithm>

namespace sightglass::pipeline {

/// Keys are hashes already; the second half of the bits needs one more round.
KeyFilter::Bits KeyFilter::BitsOf(std::uint64_t key) noexcept {
    constexpr unsigned kBitsOfPlace = 6;
    Bits bits{key % kBlocks, {}};
    std::uint64_t chosen = (key ^ (key >> 32U)) * 0x9e3779b97f4a7c15;
    chosen ^= chosen >> 29U;
    for (std::uint64_t& mask : bits.masks) {
        mask = std::uint64_t{1} << (chosen & 63U);  // One bit a word.
        chosen >>= kBitsOfPlace;
    }
    return bits;
}

void KeyFilter::Add(std::uint64_t key, Time started_at) {
    if (generations_.empty() || generations_.front().keys == kKeysMax) {
        Generation next;
        if (generations_.size() == generations_max_) {
            next = std::move(generations_.back());  // Its memory is used again.
            generations_.pop_back();
            if (next.newest_start) {
                ForgetUpTo(*next.newest_start);
            }
            next.keys = 0;
            next.newest_start.reset();
        }
        next.words.assign(kBlocks * kWordsPerBlock, 0);
        generations_.push_front(std::move(next));
    }
    Generation& newest = generations_.front();
    const Bits bits = BitsOf(key);
    std::uint64_t* const block = newest.words.data() + bits.block * kWordsPerBlock;
    for (std::size_t i = 0; i < kWordsPerBlock; ++i) {
        block[i] |= bits.masks[i];
    }
    ++newest.keys;
    newest.newest_start = std::max(newest.newest_start.value_or(started_at), started_at);
}

bool KeyFilter::MayHold(std::uint64_t key) const noexcept {
    const Bits bits = BitsOf(key);
    return std::any_of(generations_.begin(), generations_.end(), [&](const Generation& generation) {
        const std::uint64_t* const block = generation.words.data() + bits.block * kWordsPerBlock;
        for (std::size_t i = 0; i < kWordsPerBlock; ++i) {
            if ((block[i] & bits.masks[i]) == 0) {
                return false;
            }
        }
        return true;
    });
}

void KeyFilter::ForgetUpTo(Time time) noexcept {
    forgotten_up_to_ = std::max(forgotten_up_to_.value_or(time), time);
}

}  // namespace sightglass::pipeline
