#include "codec/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace sightglass::codec {
namespace {

constexpr std::uint32_t kPolynomialReflected = 0x82F63B78U;

/// kTables[k][b] is the checksum of byte b followed by k zero bytes: eight look-ups take in eight
/// bytes.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables MakeTables() {
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kPolynomialReflected : 0U);
        }
        tables[0][byte] = crc;
    }
    for (std::size_t k = 1; k < tables.size(); ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables[k - 1][byte];
            tables[k][byte] = (before >> 8U) ^ tables[0][before & 0xFFU];
        }
    }
    return tables;
}

constexpr Tables kTables = MakeTables();

std::uint32_t ByTable(const unsigned char* bytes, std::size_t count, std::uint32_t crc) noexcept {
    while (count >= 8) {
        const std::uint32_t low = crc ^ (static_cast<std::uint32_t>(bytes[0]) |
                                         static_cast<std::uint32_t>(bytes[1]) << 8U |
                                         static_cast<std::uint32_t>(bytes[2]) << 16U |
                                         static_cast<std::uint32_t>(bytes[3]) << 24U);
        crc = kTables[7][low & 0xFFU] ^ kTables[6][(low >> 8U) & 0xFFU] ^
              kTables[5][(low >> 16U) & 0xFFU] ^ kTables[4][low >> 24U] ^ kTables[3][bytes[4]] ^
              kTables[2][bytes[5]] ^ kTables[1][bytes[6]] ^ kTables[0][bytes[7]];
        bytes += 8;
        count -= 8;
    }
    for (; count > 0; --count, ++bytes) {
        crc = (crc >> 8U) ^ kTables[0][(crc ^ *bytes) & 0xFFU];
    }
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t
ByInstruction(const unsigned char* bytes, std::size_t count, std::uint32_t crc) noexcept {
    std::uint64_t wide = crc;
    for (; count >= 8; count -= 8, bytes += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes, sizeof word);
        wide = _mm_crc32_u64(wide, word);
    }
    crc = static_cast<std::uint32_t>(wide);
    for (; count > 0; --count, ++bytes) {
        crc = _mm_crc32_u8(crc, *bytes);
    }
    return crc;
}

bool HaveInstruction() noexcept {
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.2") != 0;
}

const bool kHaveInstruction = HaveInstruction();
#endif

}  // namespace

std::uint32_t Crc32c(std::string_view bytes, std::uint32_t seed) noexcept {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
#if defined(__x86_64__)
    if (kHaveInstruction) {
        return ~ByInstruction(data, bytes.size(), ~seed);
    }
#endif
    return ~ByTable(data, bytes.size(), ~seed);
}

std::uint32_t Crc32cByTable(std::string_view bytes, std::uint32_t seed) noexcept {
    return ~ByTable(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), ~seed);
}

}  // namespace sightglass::codec
