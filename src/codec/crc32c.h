// CRC-32C (Castagnoli), by the processor's instruction where it has one. Source: RFC 3720, appendix
// B.4.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace sightglass::codec {

/// Continues from `seed`, which is 0 at the start.
std::uint32_t Crc32c(std::string_view bytes, std::uint32_t seed = 0) noexcept;

/// The same, without the processor's instruction: what other processors run, and what tests compare
/// with.
std::uint32_t Crc32cByTable(std::string_view bytes, std::uint32_t seed = 0) noexcept;

}  // namespace sightglass::codec
