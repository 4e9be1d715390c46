// Which ids may be in a table already: so that a commit of new Calls need not look, and one that
// repeats an id does.
//
// An id above the newest that was there at the start can only be in the table if it was added
// since; what was added is kept in a Bloom filter. When that is full, the newest id so far becomes
// the mark and the filter starts anew. Ids are version-7 UUIDs, so nearly all ids to come are above
// the mark; the others are looked up.
//
// Included by this folder's .cc files only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/uuid.h"

namespace sightglass::store {

/// 4 MiB. Never says no to an id that is there; says yes to about one in a hundred thousand that is
/// not. Thread-safety: belongs to one thread.
class IdMemory {
public:
    /// `newest_stored` is nothing for an empty table.
    explicit IdMemory(const std::optional<Uuid>& newest_stored);

    bool MayHold(const Uuid& id) const noexcept;
    void Add(const Uuid& id) noexcept;

    /// Asks for the memory that MayHold and Add will look at.
    void Prefetch(const Uuid& id) const noexcept {
        __builtin_prefetch(words_.data() + PlaceOf(id) % kBlocks * kWordsPerBlock, 1);
    }

private:
    static constexpr std::size_t kIdsMax = std::size_t{1} << 20;
    static constexpr std::size_t kWordsPerBlock = 8;  // One cache line.
    static constexpr std::size_t kBlocks = kIdsMax * 32 / 64 / kWordsPerBlock;

    struct Bits {
        std::size_t block;
        std::array<std::uint64_t, kWordsPerBlock> masks;
    };

    static std::uint64_t PlaceOf(const Uuid& id) noexcept;
    static Bits BitsOf(const Uuid& id) noexcept;

    std::optional<Uuid> mark_;
    std::optional<Uuid> newest_;
    std::size_t ids_ = 0;
    std::vector<std::uint64_t> words_;
};

}  // namespace sightglass::store
