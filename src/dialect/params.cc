#include "dialect/params.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "dialect/call_fields.h"
#include "dialect/json_reading.h"

namespace sightglass::dialect {

using codec::JsonValue;

void Params::Number(std::string_view name, JsonValue value) {
    if (const std::string_view number = value.NumberText(); !number.empty()) {
        Key(name).Raw(number);
    }
}

void Params::Text(std::string_view name, JsonValue value) {
    constexpr std::size_t kTextBytesMax = 128;
    if (const std::string_view text = TextOf(value); !text.empty()) {
        Key(name).String(Shortened(text, kTextBytesMax));
    }
}

void Params::Flag(std::string_view name, JsonValue value) {
    if (const auto flag = value.Bool(); flag.has_value()) {
        Key(name).Bool(*flag);
    }
}

void Params::Count(std::string_view name, JsonValue array) {
    if (array.IsArray()) {
        Key(name).Int(static_cast<std::int64_t>(array.Size()));
    }
}

void Params::Present(std::string_view name, JsonValue value) {
    if (value.Exists() && !value.IsNull()) {
        Key(name).Bool(true);
    }
}

void Params::MoveTo(Call& call) {
    if (!any_) {
        return;
    }
    any_ = false;
    std::string text = json_.EndObject().Take();
    if (text.size() <= kDocumentBytesMax) {
        call.params = std::move(text);
    }
}

codec::JsonWriter& Params::Key(std::string_view name) {
    if (!any_) {
        json_.BeginObject();
        any_ = true;
    }
    return json_.Key(name);
}

}  // namespace sightglass::dialect
