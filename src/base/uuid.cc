#include "base/uuid.h"

#include <bit>
#include <cstring>

#include "base/text.h"
#include "base/thread.h"

namespace sightglass {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

int HexValue(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = ToLower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool HyphenStandsBefore(std::size_t byte) noexcept {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

/// SplitMix64 (Steele, Lea, Flood 2014): spreads one seed over the generator's state.
std::uint64_t SplitMix(std::uint64_t& state) noexcept {
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

}  // namespace

void FormatUuid(const Uuid& uuid, char* out) noexcept {
    for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
        if (HyphenStandsBefore(i)) {
            *out++ = '-';
        }
        *out++ = kHexDigits[uuid.bytes[i] >> 4];
        *out++ = kHexDigits[uuid.bytes[i] & 15];
    }
}

std::string ToString(const Uuid& uuid) {
    std::string text(36, '\0');
    FormatUuid(uuid, text.data());
    return text;
}

Result<Uuid> ParseUuid(std::string_view text) {
    const Error bad{
        ErrorCode::kInvalidArgument,
        "'" + EscapeForDisplay(text.substr(0, 64)) +
            "' is not a UUID; allowed: 32 hexadecimal digits, with or without hyphens"};
    const bool hyphens = text.size() == 36;
    if (!hyphens && text.size() != 32) {
        return bad;
    }
    Uuid uuid;
    std::size_t position = 0;
    for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
        if (hyphens && HyphenStandsBefore(i) && text[position++] != '-') {
            return bad;
        }
        const int high = HexValue(text[position]);
        const int low = HexValue(text[position + 1]);
        if (high < 0 || low < 0) {
            return bad;
        }
        uuid.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
        position += 2;
    }
    return uuid;
}

UuidSource::UuidSource() {
    std::uint64_t seed = 0;
    std::array<std::uint8_t, sizeof seed> bytes{};
    FillRandom(bytes);
    std::memcpy(&seed, bytes.data(), sizeof seed);
    *this = UuidSource(seed);
}

UuidSource::UuidSource(std::uint64_t seed) noexcept {
    for (std::uint64_t& word : state_) {
        word = SplitMix(seed);
    }
}

// xoshiro256++ (Blackman, Vigna 2019). Ids need to be distinct, not secret.
std::uint64_t UuidSource::Random() noexcept {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

Uuid UuidSource::Next(Time now) noexcept {
    const std::int64_t now_ms = ToMicros(now) / 1000;
    if (now_ms > last_ms_) {
        last_ms_ = now_ms;
        counter_ =
            static_cast<std::uint32_t>(Random() & 0x7ff);  // Room to count up within the 12 bits.
    } else if (++counter_ > 0xfff) {
        ++last_ms_;
        counter_ = 0;
    }
    Uuid uuid;
    for (std::size_t i = 0; i < 6; ++i) {
        uuid.bytes[i] = static_cast<std::uint8_t>(last_ms_ >> (8 * (5 - i)));
    }
    uuid.bytes[6] = static_cast<std::uint8_t>(0x70 | (counter_ >> 8));
    uuid.bytes[7] = static_cast<std::uint8_t>(counter_);
    const std::uint64_t random = Random();
    std::memcpy(&uuid.bytes[8], &random, sizeof random);
    uuid.bytes[8] = static_cast<std::uint8_t>(0x80 | (uuid.bytes[8] & 0x3f));
    return uuid;
}

}  // namespace sightglass

std::size_t std::hash<sightglass::Uuid>::operator()(const sightglass::Uuid& uuid) const noexcept {
    // The last eight bytes are random already.
    std::size_t value = 0;
    std::memcpy(&value, &uuid.bytes[8], sizeof value);
    return value;
}
