#include "net/http1_bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sightglass::net {
namespace {

/// tchar of RFC 9110, section 5.6.2.
constexpr std::array<bool, 256> MakeTokenTable() noexcept {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 256; ++c) {
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        table[c] = letter || (c >= '0' && c <= '9');
    }
    for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}

constexpr std::array<bool, 256> kToken = MakeTokenTable();

}  // namespace

bool IsTokenByte(char c) noexcept {
    return kToken[static_cast<unsigned char>(c)];
}

bool IsFieldByte(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 ? byte != 0x7f : byte == '\t';
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
