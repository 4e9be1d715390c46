#include "dialect/text_keys.h"

#include <cstddef>

#include "dialect/call_fields.h"
#include "dialect/json_reading.h"

namespace sightglass::dialect {

std::string IndexedKey(std::string_view kind, codec::JsonValue object, std::string_view name) {
    std::string key(kind);
    key += ' ';
    return key += std::to_string(object.Get(name).Int().value_or(0));
}

std::string ToolLabel(codec::JsonValue name) {
    constexpr std::size_t kNameMax = 100;
    return "tool call " + std::string(Shortened(TextOf(name), kNameMax));
}

}  // namespace sightglass::dialect
