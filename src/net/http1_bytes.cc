#include "net/http1_bytes.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sightglass::net {
bool IsFieldByte(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 ? byte != 0x7f : byte == '\t';
}

bool SameName(std::string_view lower, std::string_view name) noexcept {
    // Setting bit 5 makes letters lower case; of other tchar it only makes '^' and '~' look alike, and '_' nothing else.
    constexpr std::uint64_t kCaseBits = 0x2020202020202020U;
    if (lower.size() != name.size()) {
        return false;
    }
    std::size_t at = 0;
    for (; at + sizeof kCaseBits <= lower.size(); at += sizeof kCaseBits) {
        std::uint64_t a = 0;
        std::uint64_t b = 0;
        std::memcpy(&a, lower.data() + at, sizeof a);
        std::memcpy(&b, name.data() + at, sizeof b);
        if (((a ^ b) & ~kCaseBits) != 0) {
            return false;
        }
    }
    for (; at < lower.size(); ++at) {
        if (((lower[at] ^ name[at]) & ~0x20) != 0) {
            return false;
        }
    }
    return true;
}

bool IsToken(std::string_view text) noexcept {
    for (const char c : text) {
        if (!IsTokenByte(c)) {
            return false;
        }
    }
    return !text.empty();
}

bool IsFieldText(std::string_view text) noexcept {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    constexpr std::uint64_t kHigh = kOnes * 0x80U;
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        const std::uint64_t below_space = (word - kOnes * 0x20U) & ~word;
        const std::uint64_t deleted =
            ((word ^ (kOnes * 0x7fU)) - kOnes) & ~(word ^ (kOnes * 0x7fU));
        if (((below_space | deleted) & kHigh) == 0) {
            continue;
        }
        for (std::size_t i = at; i < at + 8; ++i) {
            if (!IsFieldByte(text[i])) {
                return false;
            }
        }
    }
    for (; at < text.size(); ++at) {
        if (!IsFieldByte(text[at])) {
            return false;
        }
    }
    return true;
}

}  // namespace sightglass::net
