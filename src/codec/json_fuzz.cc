// Any text: parsing ends in a value or an error, what is written reads back the same, and searches
// stay inside the text.
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/json.h"
#include "codec/json_writer.h"

/// Whatever simdjson takes for JSON, we do: but for what is nested more deeply than we allow.
static void CompareWithSimdjson(std::string_view text, bool accepted) {
    simdjson::dom::parser parser;
    const bool theirs = parser.allocate(text.size() + 1, 256) == simdjson::SUCCESS &&
                        parser.parse(text.data(), text.size(), true).error() == simdjson::SUCCESS;
    if (theirs && !accepted) {
        std::abort();
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    codec::JsonParser parser;
    if (!text.empty()) {
        CompareWithSimdjson(text, parser.Parse(text).Ok());
    }
    if (const auto value = parser.Parse(text); value.Ok()) {
        const std::string once = value->Text();
        const auto again = parser.Parse(once);
        if (!again.Ok() || again->Text() != once) {
            std::abort();
        }
    }
    std::string quoted;
    codec::AppendJsonString(text, quoted);
    const auto string = parser.Parse(quoted);
    if (!string.Ok() || !string->IsString()) {
        std::abort();
    }
    for (const std::string_view key : {"usage", "a", "error"}) {
        const auto object = codec::FindLastObject(text, key);
        if (object.has_value() && (object->front() != '{' || object->back() != '}')) {
            std::abort();
        }
        codec::FindLastString(text, key);
    }
    return 0;
}
