#include "dialect/body_json.h"

#include "codec/json_cut.h"

namespace sightglass::dialect {

codec::JsonValue ParseJson(std::string_view text) {
    thread_local codec::JsonParser parser;
    const Result<codec::JsonValue> value = parser.Parse(text);
    return value.Ok() ? *value : codec::JsonValue();
}

codec::JsonValue ParseCutJson(std::string_view first, std::string_view last) {
    return ParseJson(codec::WholeMembers(first, last));
}

}  // namespace sightglass::dialect
