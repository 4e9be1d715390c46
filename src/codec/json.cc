#include "codec/json.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

#include "codec/json_writer.h"

namespace sightglass::codec {
namespace {

using simdjson::internal::tape_ref;
using simdjson::internal::tape_type;

constexpr std::size_t kTextBytesMax = 64U << 20;
constexpr std::size_t kDepthMax = 256;
/// A parser that grew beyond this is made anew for the next small text, so that one huge body does
/// not stay in memory.
constexpr std::size_t kKeptBytesMax = 4U << 20;
/// simdjson's element count stops counting here.
constexpr std::uint32_t kCountSaturated = 0xFFFFFF;

tape_ref Ref(const void* document, std::size_t index) noexcept {
    return {static_cast<const simdjson::dom::document*>(document), index};
}

std::optional<std::int64_t> IntegerOf(double number) noexcept {
    constexpr double kLimit = 9223372036854775808.0;  // 2^63
    if (number < -kLimit || number >= kLimit || std::trunc(number) != number) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
}

/// Copies JSON text, making doubles of integers that may be too long for 64 bits: schemas hold such
/// bounds, and simdjson refuses a whole document for one.
std::string WithLongIntegersAsDoubles(std::string_view text) {
    constexpr std::size_t kDigits = 19;
    std::string out;
    out.reserve(text.size() + 16);
    bool in_string = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        out += c;
        if (in_string && c == '\\' && at + 1 < text.size()) {
            out += text[++at];
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && c >= '0' && c <= '9') {
            const std::size_t end =
                std::min(text.find_first_not_of("+-.0123456789eE", at), text.size());
            const std::string_view number = text.substr(at, end - at);
            out += number.substr(1);
            if (number.size() >= kDigits && number.find_first_of(".eE") == std::string_view::npos) {
                out += ".0";
            }
            at = end - 1;
        }
    }
    return out;
}

}  // namespace

struct JsonParser::Impl {
    simdjson::dom::parser parser{kTextBytesMax};
};

JsonParser::JsonParser() : impl_(std::make_unique<Impl>()) {}

JsonParser::~JsonParser() = default;
JsonParser::JsonParser(JsonParser&&) noexcept = default;
JsonParser& JsonParser::operator=(JsonParser&&) noexcept = default;

Result<JsonValue> JsonParser::Parse(std::string_view text) {
    if (text.size() > kTextBytesMax) {
        return Error{ErrorCode::kTooLarge, "JSON text is larger than 64 MiB"};
    }
    if (text.empty()) {  // simdjson would copy from a null pointer.
        return Error{ErrorCode::kCorrupt, "not JSON: empty"};
    }
    auto& parser = impl_->parser;
    if (parser.capacity() > kKeptBytesMax && text.size() <= kKeptBytesMax) {
        parser = simdjson::dom::parser(kTextBytesMax);
    }
    if (parser.capacity() < text.size() || parser.max_depth() != kDepthMax) {
        const std::size_t capacity = std::bit_ceil(std::max<std::size_t>(text.size(), 4096));
        if (parser.allocate(capacity, kDepthMax) != simdjson::SUCCESS) {
            return Error{ErrorCode::kTooLarge, "no memory to parse JSON text"};
        }
    }
    simdjson::error_code error = parser.parse(text.data(), text.size(), true).error();
    if (error == simdjson::NUMBER_ERROR) {
        error = parser.parse(WithLongIntegersAsDoubles(text)).error();
    }
    if (error != simdjson::SUCCESS) {
        return Error{
            ErrorCode::kCorrupt,
            std::string("not JSON: ") + simdjson::error_message(error)};
    }
    return JsonValue(&parser.doc, 1);
}

bool JsonValue::IsNull() const noexcept {
    return Exists() && Ref(document_, index_).is_null_on_tape();
}

bool JsonValue::IsObject() const noexcept {
    return Exists() && Ref(document_, index_).tape_ref_type() == tape_type::START_OBJECT;
}

bool JsonValue::IsArray() const noexcept {
    return Exists() && Ref(document_, index_).tape_ref_type() == tape_type::START_ARRAY;
}

bool JsonValue::IsString() const noexcept {
    return Exists() && Ref(document_, index_).tape_ref_type() == tape_type::STRING;
}

JsonValue JsonValue::Get(std::string_view key) const noexcept {
    if (!IsObject()) {
        return {};
    }
    tape_ref at = Ref(document_, index_ + 1);
    while (at.tape_ref_type() != tape_type::END_OBJECT) {
        const bool found = at.get_string_length() == key.size() && at.get_string_view() == key;
        ++at.json_index;
        if (found) {
            return JsonValue(document_, at.json_index);
        }
        at.json_index = at.after_element();
    }
    return {};
}

JsonValue JsonValue::At(std::size_t index) const noexcept {
    if (!IsArray()) {
        return {};
    }
    tape_ref at = Ref(document_, index_ + 1);
    while (at.tape_ref_type() != tape_type::END_ARRAY) {
        if (index == 0) {
            return JsonValue(document_, at.json_index);
        }
        --index;
        at.json_index = at.after_element();
    }
    return {};
}

std::size_t JsonValue::Size() const noexcept {
    if (!IsObject() && !IsArray()) {
        return 0;
    }
    const std::uint32_t count = Ref(document_, index_).scope_count();
    if (count < kCountSaturated) {
        return count;
    }
    std::size_t counted = 0;
    ForEach([&counted](std::string_view, JsonValue) {
        ++counted;
        return true;
    });
    return counted;
}

std::optional<std::string_view> JsonValue::String() const noexcept {
    if (!IsString()) {
        return std::nullopt;
    }
    return Ref(document_, index_).get_string_view();
}

std::optional<std::int64_t> JsonValue::Int() const noexcept {
    if (!Exists()) {
        return std::nullopt;
    }
    const tape_ref ref = Ref(document_, index_);
    switch (ref.tape_ref_type()) {
        case tape_type::INT64:
            return ref.next_tape_value<std::int64_t>();
        case tape_type::DOUBLE:
            return IntegerOf(ref.next_tape_value<double>());
        default:  // simdjson writes UINT64 only for what int64 cannot hold.
            return std::nullopt;
    }
}

std::optional<double> JsonValue::Double() const noexcept {
    if (!Exists()) {
        return std::nullopt;
    }
    const tape_ref ref = Ref(document_, index_);
    switch (ref.tape_ref_type()) {
        case tape_type::DOUBLE:
            return ref.next_tape_value<double>();
        case tape_type::INT64:
            return static_cast<double>(ref.next_tape_value<std::int64_t>());
        case tape_type::UINT64:
            return static_cast<double>(ref.next_tape_value<std::uint64_t>());
        default:
            return std::nullopt;
    }
}

std::optional<bool> JsonValue::Bool() const noexcept {
    if (!Exists()) {
        return std::nullopt;
    }
    const tape_ref ref = Ref(document_, index_);
    if (ref.is_true() || ref.is_false()) {
        return ref.is_true();
    }
    return std::nullopt;
}

void JsonValue::Walk(void* context, Visitor visitor) const {
    const bool object = IsObject();
    if (!object && !IsArray()) {
        return;
    }
    const tape_type end = object ? tape_type::END_OBJECT : tape_type::END_ARRAY;
    tape_ref at = Ref(document_, index_ + 1);
    while (at.tape_ref_type() != end) {
        std::string_view key;
        if (object) {
            key = at.get_string_view();
            ++at.json_index;
        }
        if (!visitor(context, key, JsonValue(document_, at.json_index))) {
            return;
        }
        at.json_index = at.after_element();
    }
}

void JsonValue::Write(JsonWriter& json) const {
    const tape_ref ref = Ref(document_, index_);
    switch (ref.tape_ref_type()) {
        case tape_type::START_OBJECT:
            json.BeginObject();
            ForEach([&json](std::string_view key, JsonValue value) {
                json.Key(key);
                value.Write(json);
                return true;
            });
            json.EndObject();
            break;
        case tape_type::START_ARRAY:
            json.BeginArray();
            ForEach([&json](std::string_view, JsonValue value) {
                value.Write(json);
                return true;
            });
            json.EndArray();
            break;
        case tape_type::STRING:
            json.String(ref.get_string_view());
            break;
        case tape_type::INT64:
            json.Int(ref.next_tape_value<std::int64_t>());
            break;
        case tape_type::UINT64:
            json.Raw(std::to_string(ref.next_tape_value<std::uint64_t>()));
            break;
        case tape_type::DOUBLE:
            json.Double(ref.next_tape_value<double>());
            break;
        case tape_type::TRUE_VALUE:
        case tape_type::FALSE_VALUE:
            json.Bool(ref.is_true());
            break;
        default:
            json.Null();
            break;
    }
}

std::string JsonValue::Text() const {
    JsonWriter json;
    if (Exists()) {
        Write(json);
    }
    return json.Take();
}

bool IsValidUtf8(std::string_view text) noexcept {
    return simdjson::validate_utf8(text);
}

}  // namespace sightglass::codec
