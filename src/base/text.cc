#include "base/text.h"

#include <charconv>

namespace sightglass {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

bool IsContinuation(unsigned char c) noexcept {
    return (c & 0xc0U) == 0x80U;
}

/// Length of the well-formed UTF-8 sequence at `at`, 0 where there is none. Source: Unicode 15,
/// table 3-7.
std::size_t Utf8Length(std::string_view text, std::size_t at) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t left = text.size() - at;
    if (first >= 0xc2 && first <= 0xdf) {
        return left >= 2 && IsContinuation(byte(1)) ? 2 : 0;
    }
    if ((first & 0xf0U) == 0xe0U) {
        const bool tail = left >= 3 && IsContinuation(byte(1)) && IsContinuation(byte(2));
        const bool overlong = first == 0xe0 && tail && byte(1) < 0xa0;
        const bool surrogate = first == 0xed && tail && byte(1) > 0x9f;
        return tail && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool tail = left >= 4 && IsContinuation(byte(1)) && IsContinuation(byte(2)) &&
                          IsContinuation(byte(3));
        const bool overlong = first == 0xf0 && tail && byte(1) < 0x90;
        const bool too_high = first == 0xf4 && tail && byte(1) > 0x8f;
        return tail && !overlong && !too_high ? 4 : 0;
    }
    return 0;
}

constexpr bool IsSpace(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

template <typename Number>
std::optional<Number> ParseWhole(std::string_view text) noexcept {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || rest != end || text.empty()) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

bool EqualsIgnoreCase(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (ToLower(a[i]) != ToLower(b[i])) {
            return false;
        }
    }
    return true;
}

bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) noexcept {
    return text.size() >= prefix.size() && EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

std::string_view Trim(std::string_view text) noexcept {
    while (!text.empty() && IsSpace(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && IsSpace(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::optional<std::int64_t> ParseInt(std::string_view text) noexcept {
    return ParseWhole<std::int64_t>(text);
}

std::optional<double> ParseDouble(std::string_view text) noexcept {
    return ParseWhole<double>(text);
}

std::string ToHex(std::span<const std::uint8_t> bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += kHexDigits[byte >> 4];
        text += kHexDigits[byte & 15];
    }
    return text;
}

std::string ToBase64Url(std::span<const std::uint8_t> bytes) {
    constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (const std::uint8_t byte : bytes) {
        bits = (bits << 8) | byte;
        count += 8;
        while (count >= 6) {
            count -= 6;
            text += kAlphabet[(bits >> count) & 63];
        }
    }
    if (count > 0) {
        text += kAlphabet[(bits << (6 - count)) & 63];
    }
    return text;
}

std::string EscapeForDisplay(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = Utf8Length(text, i);
        const auto first = static_cast<unsigned char>(text[i]);
        // C1 controls (U+0080…U+009F) steer terminals as C0 controls do.
        const bool c1 =
            length == 2 && first == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (length == 0 || c1 || first < 0x20 || first == 0x7f) {
            const std::size_t raw = length == 0 ? 1 : length;
            for (std::size_t j = 0; j < raw; ++j) {
                const auto byte = static_cast<unsigned char>(text[i + j]);
                shown += "\\x";
                shown += kHexDigits[byte >> 4];
                shown += kHexDigits[byte & 15];
            }
            i += raw;
            continue;
        }
        shown.append(text, i, length);
        i += length;
    }
    return shown;
}

bool MakeValidUtf8(std::string& text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const std::size_t length = Utf8Length(text, i);
        if (length == 0) {
            break;
        }
        i += length;
    }
    if (i == text.size()) {
        return false;
    }
    std::string valid(text, 0, i);
    while (i < text.size()) {
        const std::size_t length = Utf8Length(text, i);
        if (length == 0) {
            valid += "\xef\xbf\xbd";
            ++i;
        } else {
            valid.append(text, i, length);
            i += length;
        }
    }
    text = std::move(valid);
    return true;
}

}  // namespace sightglass
