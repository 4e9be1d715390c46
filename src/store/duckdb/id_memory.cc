#include "store/duckdb/id_memory.h"

#include <algorithm>
#include <cstring>

namespace sightglass::store {
namespace {

/// The finaliser of splitmix64: every bit of the answer depends on every bit of `x`.
std::uint64_t Mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

}  // namespace

IdMemory::IdMemory(const std::optional<Uuid>& newest_stored)
    : mark_(newest_stored), newest_(newest_stored), words_(kBlocks * kWordsPerBlock) {}

std::uint64_t IdMemory::PlaceOf(const Uuid& id) noexcept {
    std::uint64_t upper = 0;
    std::uint64_t lower = 0;
    std::memcpy(&upper, id.bytes.data(), 8);
    std::memcpy(&lower, id.bytes.data() + 8, 8);
    return Mix(upper + 0x9e3779b97f4a7c15 * (lower | 1));
}

IdMemory::Bits IdMemory::BitsOf(const Uuid& id) noexcept {
    std::uint64_t lower = 0;
    std::memcpy(&lower, id.bytes.data() + 8, 8);
    const std::uint64_t place = PlaceOf(id);
    std::uint64_t chosen = Mix(place ^ lower);
    Bits bits{place % kBlocks, {}};
    for (std::uint64_t& mask : bits.masks) {
        mask = std::uint64_t{1} << (chosen & 63);  // One bit a word.
        chosen >>= 6;
    }
    return bits;
}

bool IdMemory::MayHold(const Uuid& id) const noexcept {
    if (mark_ && id <= *mark_) {
        return true;
    }
    const Bits bits = BitsOf(id);
    const std::uint64_t* const block = words_.data() + bits.block * kWordsPerBlock;
    for (std::size_t i = 0; i < kWordsPerBlock; ++i) {
        if ((block[i] & bits.masks[i]) == 0) {
            return false;
        }
    }
    return true;
}

void IdMemory::Add(const Uuid& id) noexcept {
    newest_ = newest_ ? std::max(*newest_, id) : id;
    if (ids_ == kIdsMax) {
        mark_ = newest_;
        ids_ = 0;
        std::fill(words_.begin(), words_.end(), 0);
        return;  // At or below the mark now.
    }
    const Bits bits = BitsOf(id);
    std::uint64_t* const block = words_.data() + bits.block * kWordsPerBlock;
    for (std::size_t i = 0; i < kWordsPerBlock; ++i) {
        block[i] |= bits.masks[i];
    }
    ++ids_;
}

}  // namespace sightglass::store
