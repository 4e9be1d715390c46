// A table from mixed keys to numbers: one cache line a look-up, no allocation an entry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sightglass::pipeline {

/// Open addressing, linear probing, at most half full. Keys have to be well mixed in their lower bits, because they are their own
/// hashes. Source: Knuth, The Art of Computer Programming, volume 3, 6.4, algorithms L and R.
/// Thread-safety: one thread at a time.
class NumberTable {
public:
    /// 0 where it has none.
    std::uint64_t Get(std::uint64_t key) const noexcept {
        return slots_.empty() ? 0 : slots_[Find(key)].number;
    }

    /// `number` is not 0. What the key had before; 0 where it had none.
    std::uint64_t Set(std::uint64_t key, std::uint64_t number);

    void Erase(std::uint64_t key) noexcept;

    std::size_t size() const noexcept { return size_; }

private:
    struct Slot {
        std::uint64_t key = 0;
        std::uint64_t number = 0;  ///< 0: free.
    };

    static constexpr std::size_t kSlotsMin = 64;

    std::size_t Mask() const noexcept { return slots_.size() - 1; }

    /// Where it is, or would be.
    std::size_t Find(std::uint64_t key) const noexcept {
        std::size_t at = key & Mask();
        while (slots_[at].number != 0 && slots_[at].key != key) {
            at = (at + 1) & Mask();
        }
        return at;
    }

    void Grow();

    std::vector<Slot> slots_;  ///< A power of two of them.
    std::size_t size_ = 0;
};

}  // namespace sightglass::pipeline
