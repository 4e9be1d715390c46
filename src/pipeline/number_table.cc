#include "pipeline/number_table.h"

#include <algorithm>
#include <utility>

namespace sightglass::pipeline {

std::uint64_t NumberTable::Set(std::uint64_t key, std::uint64_t number) {
    if (2 * (size_ + 1) > slots_.size()) {
        Grow();
    }
    Slot& slot = slots_[Find(key)];
    size_ += slot.number == 0 ? 1 : 0;
    slot.key = key;
    return std::exchange(slot.number, number);
}

/// Those behind the gap that could not be found across it move up.
void NumberTable::Erase(std::uint64_t key) noexcept {
    if (Get(key) == 0) {
        return;
    }
    std::size_t gap = Find(key);
    for (std::size_t at = (gap + 1) & Mask(); slots_[at].number != 0; at = (at + 1) & Mask()) {
        const std::size_t from_home = (at - slots_[at].key) & Mask();
        const std::size_t from_gap = (at - gap) & Mask();
        if (from_home >= from_gap) {
            slots_[gap] = slots_[at];
            gap = at;
        }
    }
    slots_[gap] = {};
    --size_;
}

void NumberTable::Grow() {
    const std::vector<Slot> before = std::exchange(slots_, {});
    slots_.resize(std::max(kSlotsMin, 2 * before.size()));
    for (const Slot& slot : before) {
        if (slot.number != 0) {
            slots_[Find(slot.key)] = slot;
        }
    }
}

}  // namespace sightglass::pipeline
