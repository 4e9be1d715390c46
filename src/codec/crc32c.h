// CRC-32C (Castagnoli), by the processor's instruction where it has one. Source: RFC 3720, appendix B.4.
#pragma once

#include <cstdint>
#include <string_view>

namespace sightglass::codec {

/// Continues from `seed`, which is 0 at the start. Thread-safety: pure.
std::uint32_t Crc32c(std::string_view bytes, std::uint32_t seed = 0) noexcept;

}  // namespace sightglass::codec
