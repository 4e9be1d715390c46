#include "net/http1_bytes.h"

#include <algorithm>
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

namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;

/// A bit for bytes that may not be allowed: control characters and DEL. The tab is among them.
std::uint64_t Suspects(std::uint64_t word) noexcept {
    const std::uint64_t below_space = (word - kOnes * 0x20U) & ~word;
    const std::uint64_t not_del = word ^ (kOnes * 0x7fU);
    return (below_space | ((not_del - kOnes) & ~not_del)) & (kOnes * 0x80U);
}

std::uint64_t Load(const char* bytes, std::size_t size) noexcept {
    std::uint64_t word = kOnes * ' ';
    std::memcpy(&word, bytes, size);
    return word;
}

}  // namespace

bool IsFieldText(std::string_view text) noexcept {
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    std::uint64_t suspects = 0;
    std::size_t at = 0;
    for (; at + kWord <= text.size(); at += kWord) {
        suspects |= Suspects(Load(text.data() + at, kWord));
    }
    if (at < text.size()) {
        // The last bytes, some of them for the second time where there are enough.
        suspects |= text.size() >= kWord ? Suspects(Load(text.data() + text.size() - kWord, kWord))
                                         : Suspects(Load(text.data(), text.size()));
    }
    return suspects == 0 || std::all_of(text.begin(), text.end(), IsFieldByte);
}

}  // namespace sightglass::net
