// Any bytes as an attribute, in protobuf and in JSON: it has one reading, and is written as JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "dialect/traces/attribute.h"

namespace {

using sightglass::codec::JsonParser;
using sightglass::codec::JsonWriter;
using sightglass::dialect::traces::Attribute;
using sightglass::dialect::traces::AttributeValue;
using sightglass::dialect::traces::ReadKeyValue;

void Check(const AttributeValue& value) {
    JsonWriter json;
    value.AppendTo(json);
    static JsonParser parser;
    if (!parser.Parse(json.text()).Ok()) {
        std::abort();
    }
    static_cast<void>(value.Int());
    static_cast<void>(value.Double());
    static_cast<void>(value.Bool());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    Attribute attribute;
    if (ReadKeyValue(bytes, attribute) && attribute.key.empty()) {
        std::abort();
    }
    Check(attribute.value);
    static JsonParser parser;
    if (const auto document = parser.Parse(bytes); document.Ok()) {
        static_cast<void>(ReadKeyValue(*document, attribute));
        Check(attribute.value);
    }
    return 0;
}
