// Finds what an attribute's key means, among the rows of all dialects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dialect/traces/concept.h"

namespace sightglass::dialect::traces {

/// What a key means.
struct Meaning {
    Concept concept_of = Concept::kNone;
    std::uint16_t rank = 0;      ///< Among the rows of one concept the lowest counts.
    std::string_view name = {};  ///< Of params, tags and parts: see AttributeRow::name.
};

/// Thread-safety: immutable; safe for concurrent use.
class AttributeIndex {
public:
    /// Of Dialects().
    static const AttributeIndex& Instance();

    Meaning Find(std::string_view key) const noexcept;

    /// Null where the word says nothing. Case does not matter.
    const KindWord* FindKind(std::string_view word) const noexcept;

    /// Null where such events carry no message.
    const EventRow* FindEvent(std::string_view name) const noexcept;

private:
    struct Slot {
        const AttributeRow* row = nullptr;
        std::uint16_t rank = 0;
    };

    AttributeIndex();

    std::vector<Slot> slots_;     // A power of two, at most a quarter of them taken.
    std::vector<Slot> prefixes_;  // Rows that end in ".*".
};

}  // namespace sightglass::dialect::traces
