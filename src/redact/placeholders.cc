#include "redact/placeholders.h"

#include <array>
#include <bit>
#include <cstddef>

#include "base/text.h"
#include "redact/characters.h"

namespace sightglass::redact {
namespace {

/// The state of SipHash: four words.
struct SipState {
    std::uint64_t v0;
    std::uint64_t v1;
    std::uint64_t v2;
    std::uint64_t v3;

    void Round() noexcept {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }

    void Take(std::uint64_t word) noexcept {
        v3 ^= word;
        Round();
        Round();
        v0 ^= word;
    }
};

/// Up to eight bytes, the first one lowest.
std::uint64_t WordOf(std::string_view bytes) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) {
        word = word << 8U | static_cast<unsigned char>(bytes[i]);
    }
    return word;
}

/// What two writings of one value have in common.
std::string Canonical(std::string_view value) {
    std::string same;
    same.reserve(value.size());
    for (const char c : value) {
        if (IsLetterOrDigit(c) || IsForeign(c) || c == '@' || c == '+') {
            same += ToLower(c);
        }
    }
    return same;
}

}  // namespace

std::uint64_t KeyedHash(const PlaceholderKey& key, std::string_view bytes) noexcept {
    constexpr std::size_t kWord = 8;
    SipState state{
        key.first ^ 0x736f6d6570736575U,
        key.second ^ 0x646f72616e646f6dU,
        key.first ^ 0x6c7967656e657261U,
        key.second ^ 0x7465646279746573U};
    std::size_t at = 0;
    for (; bytes.size() - at >= kWord; at += kWord) {
        state.Take(WordOf(bytes.substr(at, kWord)));
    }
    state.Take(WordOf(bytes.substr(at)) | static_cast<std::uint64_t>(bytes.size()) << 56U);
    state.v2 ^= 0xFFU;
    for (int i = 0; i < 4; ++i) {
        state.Round();
    }
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

void AppendPlaceholder(
    std::string_view kind,
    std::string_view value,
    const std::optional<PlaceholderKey>& key,
    std::string& out
) {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr int kDigits = 6;
    out += '[';
    out += kind;
    if (key) {
        std::uint64_t hash = KeyedHash(*key, Canonical(value));
        out += ':';
        for (int i = 0; i < kDigits; ++i, hash >>= 4U) {
            out += kHex[hash & 0xFU];
        }
    }
    out += ']';
}

std::string_view ToString(Kind kind) noexcept {
    switch (kind) {
        case Kind::kSecret:
            return "secret";
        case Kind::kEmail:
            return "email";
        case Kind::kPhone:
            return "phone";
        case Kind::kCard:
            return "card";
        case Kind::kIban:
            return "iban";
        case Kind::kNationalId:
            return "national_id";
        case Kind::kIp:
            return "ip";
        case Kind::kCustom:
            break;
    }
    return {};
}

}  // namespace sightglass::redact
