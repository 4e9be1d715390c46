#include "codec/json.h"

#include <simdjson.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <system_error>
#include <utility>

#include "codec/json_index.h"
#include "codec/json_writer.h"

namespace sightglass::codec {
namespace {

constexpr std::size_t kTextBytesMax = 64U << 20;
/// Buffers that grew beyond this are made anew for the next small text, so that one huge body does
/// not stay in memory.
constexpr std::size_t kKeptBytesMax = 4U << 20;
constexpr std::size_t kKeptValuesMax = 128U << 10;

std::optional<std::int64_t> IntegerOf(double number) noexcept {
    constexpr double kLimit = 9223372036854775808.0;  // 2^63
    if (number < -kLimit || number >= kLimit || std::trunc(number) != number) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
}

/// Whether a text holds neither white space nor any other control character.
bool HoldsNoSpace(std::string_view text) noexcept {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    std::uint64_t found = 0;
    std::size_t at = 0;
    for (; at + sizeof found <= text.size(); at += sizeof found) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        found |= (word - kOnes * 0x21U) & ~word;
    }
    for (; at < text.size(); ++at) {
        found |= text[at] >= 0 && text[at] <= ' ' ? 0x80U : 0U;
    }
    return (found & (kOnes * 0x80U)) == 0;
}

template <typename Number>
std::optional<Number> Read(std::string_view text) noexcept {
    Number number{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = result.ec == std::errc() && result.ptr == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

/// Of what counts look like: up to nine digits.
std::optional<std::int64_t> SmallInt(std::string_view text) noexcept {
    constexpr std::size_t kDigitsMax = 9;
    if (text.empty() || text.size() > kDigitsMax) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        number = number * 10 + (c - '0');
    }
    return number;
}

}  // namespace

struct JsonParser::Impl {
    JsonIndex index;
};

JsonParser::JsonParser() : impl_(std::make_unique<Impl>()) {}

JsonParser::~JsonParser() = default;
JsonParser::JsonParser(JsonParser&&) noexcept = default;
JsonParser& JsonParser::operator=(JsonParser&&) noexcept = default;

Result<JsonValue> JsonParser::Parse(std::string_view text) {
    if (text.size() > kTextBytesMax) {
        return Error{ErrorCode::kTooLarge, "JSON text is larger than 64 MiB"};
    }
    if (!IsValidUtf8(text)) {
        return Error{ErrorCode::kCorrupt, "not JSON: not UTF-8"};
    }
    JsonIndex& index = impl_->index;
    if ((index.text.capacity() > kKeptBytesMax && text.size() <= kKeptBytesMax) ||
        index.entries.capacity() > kKeptValuesMax) {
        index = JsonIndex();
    }
    index.text.assign(text);
    if (const char* const error = index.Build(); error != nullptr) {
        return Error{ErrorCode::kCorrupt, std::string("not JSON: ") + error};
    }
    return JsonValue(&index, 0);
}

JsonValue JsonValue::Find(std::string_view key) const noexcept {
    const JsonEntry* const entries = index_->entries.data();
    const char* const text = index_->text.data();
    const std::uint32_t end = entries[place_].next;
    for (std::uint32_t at = place_ + 1; at < end; at = entries[at].next) {
        if (entries[at].key_size == key.size() &&
            std::memcmp(text + entries[at].key_begin, key.data(), key.size()) == 0) {
            return JsonValue(index_, at);
        }
    }
    return {};
}

JsonValue JsonValue::At(std::size_t index) const noexcept {
    if (!IsArray()) {
        return {};
    }
    const std::uint32_t end = entry().next;
    for (std::uint32_t at = place_ + 1; at < end; at = index_->entries[at].next) {
        if (index-- == 0) {
            return JsonValue(index_, at);
        }
    }
    return {};
}

std::size_t JsonValue::Size() const noexcept {
    if (!IsObject() && !IsArray()) {
        return 0;
    }
    std::size_t count = 0;
    const std::uint32_t end = entry().next;
    for (std::uint32_t at = place_ + 1; at < end; at = index_->entries[at].next) {
        ++count;
    }
    return count;
}

std::optional<std::string_view> JsonValue::String() const noexcept {
    if (!IsString()) {
        return std::nullopt;
    }
    const std::string_view raw = Raw();
    if (entry().decoded || raw.find('\\') == std::string_view::npos) {
        return raw;
    }
    JsonEntry& own = index_->entries[place_];
    const std::size_t size = Unescape(index_->text.data() + own.begin, raw.size());
    own.decoded = true;
    index_->changed = true;
    own.end = own.begin + static_cast<std::uint32_t>(size == kBadEscape ? 0 : size);
    return Raw();
}

std::optional<std::int64_t> JsonValue::Int() const noexcept {
    if (!Exists() || entry().type != JsonType::kNumber) {
        return std::nullopt;
    }
    if (const auto small = SmallInt(Raw()); small.has_value()) {
        return small;
    }
    if (const auto number = Read<std::int64_t>(Raw()); number.has_value()) {
        return number;
    }
    const std::optional<double> number = Double();
    const bool whole = Raw().find_first_of(".eE") == std::string_view::npos;
    return number.has_value() && !whole ? IntegerOf(*number) : std::nullopt;
}

std::optional<double> JsonValue::Double() const noexcept {
    if (!Exists() || entry().type != JsonType::kNumber) {
        return std::nullopt;
    }
    return Read<double>(Raw());
}

std::string_view JsonValue::NumberText() const noexcept {
    return Exists() && entry().type == JsonType::kNumber ? Raw() : std::string_view();
}

std::optional<bool> JsonValue::Bool() const noexcept {
    if (!Exists() || (entry().type != JsonType::kTrue && entry().type != JsonType::kFalse)) {
        return std::nullopt;
    }
    return entry().type == JsonType::kTrue;
}

void JsonValue::Walk(void* context, Visitor visitor) const {
    if (!IsObject() && !IsArray()) {
        return;
    }
    const std::uint32_t end = entry().next;
    for (std::uint32_t at = place_ + 1; at < end; at = index_->entries[at].next) {
        if (!visitor(context, index_->Key((*index_)[at]), JsonValue(index_, at))) {
            return;
        }
    }
}

void JsonValue::AppendTo(std::string& out) const {
    const JsonEntry& own = entry();
    if (own.type == JsonType::kString) {
        if (own.decoded) {
            AppendJsonString(Raw(), out);
        } else {
            out.append(index_->text, own.begin - 1, own.end - own.begin + 2);
        }
        return;
    }
    if (own.type != JsonType::kObject && own.type != JsonType::kArray) {
        out.append(Raw());
        return;
    }
    const bool object = own.type == JsonType::kObject;
    out += object ? '{' : '[';
    for (std::uint32_t at = place_ + 1; at < own.next; at = index_->entries[at].next) {
        if (at > place_ + 1) {
            out += ',';
        }
        if (object) {
            AppendJsonString(index_->Key((*index_)[at]), out);
            out += ':';
        }
        JsonValue(index_, at).AppendTo(out);
    }
    out += object ? '}' : ']';
}

std::string JsonValue::Text() const {
    constexpr std::size_t kUsualBytes = 256;
    std::string text;
    if (!Exists()) {
        return text;
    }
    if ((IsObject() || IsArray()) && !index_->changed && HoldsNoSpace(Raw())) {
        text = Raw();
        return text;
    }
    text.reserve(kUsualBytes);
    AppendTo(text);
    return text;
}

bool IsValidUtf8(std::string_view text) noexcept {
    return simdjson::validate_utf8(text);
}

}  // namespace sightglass::codec
