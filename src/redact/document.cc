#include "redact/document.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace sightglass::redact {
namespace {

constexpr std::size_t kBinaryBytesMin = 1024;

constexpr bool IsBase64(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=' || c == '-' || c == '_';
}

std::optional<std::uint32_t> HexValue(std::string_view digits) noexcept {
    std::uint32_t value = 0;
    for (const char c : digits) {
        value <<= 4U;
        if (c >= '0' && c <= '9') {
            value |= static_cast<std::uint32_t>(c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            value |= static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
        } else {
            return std::nullopt;
        }
    }
    return digits.size() == 4 ? std::optional<std::uint32_t>(value) : std::nullopt;
}

void AppendUtf8(std::uint32_t code_point, std::string& out) {
    const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
    if (code_point < 0x80) {
        out += byte(code_point);
    } else if (code_point < 0x800) {
        out += byte(0xC0U | code_point >> 6U);
        out += byte(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        out += byte(0xE0U | code_point >> 12U);
        out += byte(0x80U | (code_point >> 6U & 0x3FU));
        out += byte(0x80U | (code_point & 0x3FU));
    } else {
        out += byte(0xF0U | code_point >> 18U);
        out += byte(0x80U | (code_point >> 12U & 0x3FU));
        out += byte(0x80U | (code_point >> 6U & 0x3FU));
        out += byte(0x80U | (code_point & 0x3FU));
    }
}

/// The code point of the \uXXXX at `at`, with its second half where it is a surrogate; moves `at` behind it.
std::optional<std::uint32_t> TakeCodePoint(std::string_view text, std::size_t& at) noexcept {
    const auto first = HexValue(text.substr(at + 2, 4));
    if (!first.has_value()) {
        return std::nullopt;
    }
    at += 6;
    const bool high = *first >= 0xD800 && *first < 0xDC00;
    if (high && text.substr(at, 2) == "\\u") {
        const auto second = HexValue(text.substr(at + 2, 4));
        if (second.has_value() && *second >= 0xDC00 && *second < 0xE000) {
            at += 6;
            return 0x10000U + ((*first & 0x3FFU) << 10U) + (*second & 0x3FFU);
        }
    }
    return *first >= 0xD800 && *first < 0xE000 ? 0xFFFDU : *first;
}

std::optional<char> SimpleEscape(char c) noexcept {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    const std::size_t at = kNames.find(c);
    return at == std::string_view::npos ? std::nullopt : std::optional<char>(kValues[at]);
}

}  // namespace

bool ReplaceBinary(std::string& text) {
    std::string out;
    std::size_t copied = 0;
    // A run of that length cannot lie between two bytes that are so far apart.
    std::size_t at = kBinaryBytesMin - 1;
    while (at < text.size()) {
        if (!IsBase64(text[at])) {
            at += kBinaryBytesMin;
            continue;
        }
        std::size_t begin = at;
        while (begin > copied && IsBase64(text[begin - 1])) {
            --begin;
        }
        std::size_t end = at;
        while (end < text.size() && IsBase64(text[end])) {
            ++end;
        }
        if (end - begin >= kBinaryBytesMin) {
            const std::size_t padding =
                text[end - 1] == '=' ? (text[end - 2] == '=' ? 2U : 1U) : 0U;
            out.append(text, copied, begin - copied);
            out += "[binary " + std::to_string((end - begin - padding) * 3 / 4) + " bytes]";
            copied = end;
        }
        at = end + kBinaryBytesMin;
    }
    if (copied == 0) {
        return false;
    }
    out.append(text, copied);
    text = std::move(out);
    return true;
}

std::string Unescape(std::string_view escaped) {
    std::string out;
    out.reserve(escaped.size());
    std::size_t at = 0;
    while (at < escaped.size()) {
        const std::size_t plain = std::min(escaped.find('\\', at), escaped.size());
        out.append(escaped.substr(at, plain - at));
        at = plain;
        if (at + 1 >= escaped.size()) {
            out.append(escaped.substr(at));
            break;
        }
        if (escaped[at + 1] == 'u') {
            if (const auto code_point = TakeCodePoint(escaped, at); code_point.has_value()) {
                AppendUtf8(*code_point, out);
                continue;
            }
        } else if (const auto value = SimpleEscape(escaped[at + 1]); value.has_value()) {
            out += *value;
            at += 2;
            continue;
        }
        out += '\\';
        ++at;
    }
    return out;
}

std::string Escape(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    out.reserve(text.size() + 16);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kHex[byte >> 4U];
            out += kHex[byte & 0xFU];
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace sightglass::redact
