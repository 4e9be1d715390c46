#include "codec/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace sightglass::codec {
namespace {

constexpr std::uint8_t kNone = 0xFF;

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::uint8_t, 256> kDigits = [] {
    std::array<std::uint8_t, 256> digits{};
    digits.fill(kNone);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        digits[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return digits;
}();

}  // namespace

bool DecodeBase64(std::string_view text, std::string& out) {
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) {
        text.remove_suffix(1);
    }
    if (text.size() % 4 == 1) {
        return false;
    }
    const std::size_t before = out.size();
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const std::uint8_t digit = kDigits[static_cast<std::uint8_t>(c)];
        if (digit == kNone) {
            out.resize(before);
            return false;
        }
        bits = bits << 6U | digit;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(bits >> count & 0xFFU);
        }
    }
    return true;
}

std::string EncodeBase64(std::string_view bytes) {
    constexpr unsigned kDigitBits = 6;
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : bytes) {
        bits = bits << 8U | static_cast<std::uint8_t>(c);
        for (count += 8; count >= kDigitBits;) {
            count -= kDigitBits;
            text += kAlphabet[bits >> count & 63U];
        }
    }
    if (count > 0) {
        text += kAlphabet[bits << (kDigitBits - count) & 63U];
    }
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

}  // namespace sightglass::codec
