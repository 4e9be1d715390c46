// Members of an answer that may be unknown: null then, never zero. For this folder's handlers.
#pragma once

#include <optional>
#include <string_view>

#include "call/call.h"
#include "codec/json_writer.h"

namespace sightglass::serve {

/// Thread-safety: as the writer.
inline void WriteInt(codec::JsonWriter& json, std::string_view name, const OptionalInt& number) {
    json.Key(name);
    if (number) {
        json.Int(*number);
    } else {
        json.Null();
    }
}

/// Thread-safety: as the writer.
inline void
WriteNumber(codec::JsonWriter& json, std::string_view name, const std::optional<double>& number) {
    json.Key(name);
    if (number) {
        json.Double(*number);
    } else {
        json.Null();
    }
}

/// As cost_nano_usd and cost_usd.
/// Thread-safety: as the writer.
inline void WriteCost(codec::JsonWriter& json, const OptionalMoney& cost) {
    WriteInt(json, "cost_nano_usd", cost ? OptionalInt(cost->nano_usd()) : OptionalInt());
    json.Key("cost_usd");
    if (cost) {
        json.Raw(FormatUsd(*cost));  // To the nano-dollar, as a decimal number.
    } else {
        json.Null();
    }
}

/// Empty where it is unknown, which the writer's StringOrNull makes null.
/// Thread-safety: pure.
template <typename Enum>
std::string_view NameOf(const std::optional<Enum>& value) {
    return value ? ToString(*value) : std::string_view();
}

}  // namespace sightglass::serve
