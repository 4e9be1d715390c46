#include "dialect/json_reading.h"

namespace sightglass::dialect {

using codec::JsonValue;

std::string_view TextOf(JsonValue value) noexcept {
    return value.String().value_or(std::string_view());
}

std::string_view
FirstText(JsonValue object, std::initializer_list<std::string_view> keys) noexcept {
    for (const std::string_view key : keys) {
        if (const std::string_view text = TextOf(object.Get(key)); !text.empty()) {
            return text;
        }
    }
    return {};
}

OptionalInt CountOf(JsonValue value) noexcept {
    const OptionalInt number = value.Int();
    return number.has_value() && *number >= 0 && *number <= kTokensMax ? number : std::nullopt;
}

OptionalInt FirstCount(JsonValue object, std::initializer_list<std::string_view> keys) noexcept {
    for (const std::string_view key : keys) {
        const OptionalInt count = CountOf(object.Get(key));
        if (count.has_value()) {
            return count;
        }
    }
    return std::nullopt;
}

JsonValue FirstObject(JsonValue object, std::initializer_list<std::string_view> keys) noexcept {
    for (const std::string_view key : keys) {
        const JsonValue found = object.Get(key);
        if (found.IsObject()) {
            return found;
        }
    }
    return {};
}

JsonValue FirstMember(JsonValue object, std::initializer_list<std::string_view> keys) noexcept {
    for (const std::string_view key : keys) {
        const JsonValue value = object.Get(key);
        if (value.Exists() && !value.IsNull()) {
            return value;
        }
    }
    return {};
}

}  // namespace sightglass::dialect
