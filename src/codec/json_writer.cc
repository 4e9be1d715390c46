#include "codec/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "codec/json.h"

namespace sightglass::codec {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

/// A high bit for each byte of `word` that is zero; bytes above the first such one may be marked
/// wrongly.
constexpr std::uint64_t ZeroBytes(std::uint64_t word) noexcept {
    return (word - kOnes) & ~word & kHighs;
}

/// A high bit for each byte that must be escaped (control characters, quote, backslash), exact in
/// its lowest one.
constexpr std::uint64_t EscapedBytes(std::uint64_t word) noexcept {
    const std::uint64_t control = (word - kOnes * 0x20U) & ~word & kHighs;
    return control | ZeroBytes(word ^ (kOnes * '"')) | ZeroBytes(word ^ (kOnes * '\\'));
}

bool MustEscape(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// Whether every byte of a text is ASCII that stands for itself: what nearly every key and name is.
bool IsPlainAscii(std::string_view text) noexcept {
    std::uint64_t found = 0;
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        found |= EscapedBytes(word) | (word & kHighs);
    }
    if (at < text.size()) {
        std::uint64_t rest = kOnes * 'a';
        std::memcpy(&rest, text.data() + at, text.size() - at);
        found |= EscapedBytes(rest) | (rest & kHighs);
    }
    return found == 0;
}

/// Bytes at the start of `text` that stand for themselves.
std::size_t PlainPrefix(std::string_view text) noexcept {
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        if (EscapedBytes(word) != 0) {
            break;
        }
    }
    while (at < text.size() && !MustEscape(text[at])) {
        ++at;
    }
    return at;
}

void AppendEscape(char c, std::string& out) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
}

void AppendQuoted(std::string_view text, std::string& out) {
    out += '"';
    while (true) {
        const std::size_t plain = PlainPrefix(text);
        out.append(text.data(), plain);
        if (plain == text.size()) {
            break;
        }
        AppendEscape(text[plain], out);
        text.remove_prefix(plain + 1);
    }
    out += '"';
}

}  // namespace

void AppendJsonString(std::string_view text, std::string& out) {
    if (IsPlainAscii(text)) {
        out += '"';
        out.append(text);
        out += '"';
        return;
    }
    if (IsValidUtf8(text)) {
        AppendQuoted(text, out);
        return;
    }
    std::string valid(text);
    MakeValidUtf8(valid);
    AppendQuoted(valid, out);
}

void JsonWriter::Separate() {
    if (need_comma_) {
        text_ += ',';
    }
    need_comma_ = true;
}

JsonWriter& JsonWriter::BeginObject() {
    Separate();
    text_ += '{';
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::EndObject() {
    text_ += '}';
    need_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::BeginArray() {
    Separate();
    text_ += '[';
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::EndArray() {
    text_ += ']';
    need_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
    Separate();
    AppendJsonString(key, text_);
    text_ += ':';
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) {
    Separate();
    AppendJsonString(text, text_);
    return *this;
}

JsonWriter& JsonWriter::Int(std::int64_t number) {
    Separate();
    std::array<char, 24> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    text_.append(digits.data(), result.ptr);
    return *this;
}

JsonWriter& JsonWriter::Double(double number) {
    if (number == 0) {
        return Int(0);  // Also for the negative zero, which has no integer form.
    }
    if (!std::isfinite(number)) {
        return Null();
    }
    Separate();
    std::array<char, 32> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    text_.append(digits.data(), result.ptr);
    return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
    Separate();
    text_ += value ? "true" : "false";
    return *this;
}

JsonWriter& JsonWriter::Null() {
    Separate();
    text_ += "null";
    return *this;
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
    Separate();
    text_ += json;
    return *this;
}

}  // namespace sightglass::codec
