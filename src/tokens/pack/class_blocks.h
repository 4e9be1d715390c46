// The classes of all characters, equal blocks of 256 stored once.
#pragma once

#include <cstdint>
#include <vector>

namespace sightglass::tokens {

/// Thread-safety: plain value.
struct ClassBlocks {
    std::vector<std::uint16_t> blocks;  ///< By code point / 256: which block.
    std::vector<std::uint8_t> classes;  ///< CharacterClass, 256 a block.
};

/// From unicode_ranges.inc.
ClassBlocks BuildClassBlocks();

}  // namespace sightglass::tokens
