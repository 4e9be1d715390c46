#include "notify/signature.h"

#include <sodium.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace sightglass::notify {
namespace {

const unsigned char* BytesOf(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string HmacSha256(std::string_view key, std::string_view message) {
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> sum{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, BytesOf(key), key.size());
    crypto_auth_hmacsha256_update(&state, BytesOf(message), message.size());
    crypto_auth_hmacsha256_final(&state, sum.data());
    return {sum.begin(), sum.end()};
}

std::string Sha256Hex(std::string_view text) {
    std::array<std::uint8_t, crypto_hash_sha256_BYTES> sum{};
    crypto_hash_sha256(sum.data(), BytesOf(text), text.size());
    return ToHex(sum);
}

std::string HexOf(std::string_view bytes) {
    return ToHex({BytesOf(bytes), bytes.size()});
}

std::string PercentEncode(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || std::strchr("-._~", c) != nullptr;
        if (plain && c != '\0') {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += kDigits[byte >> 4U];
        encoded += kDigits[byte & 15U];
    }
    return encoded;
}

}  // namespace sightglass::notify
