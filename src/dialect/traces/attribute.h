// Attributes of spans and log records: a key and an OTLP AnyValue, whichever encoding they came in.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::dialect::traces {

enum class ValueKind : std::uint8_t { kNone, kText, kBool, kInt, kDouble, kBytes, kList, kMap };

/// One AnyValue. Its views live as long as the body they were read from (protobuf) or the parser's
/// document (JSON).
/// Thread-safety: plain value.
struct AttributeValue {
    ValueKind kind = ValueKind::kNone;
    std::int64_t number = 0;  ///< kBool, kInt.
    double real = 0;          ///< kDouble.
    std::string_view text;  ///< kText; kBytes; of kList and kMap the encoded message, in protobuf.
    codec::JsonValue json;  ///< Of kList and kMap the array `values`, in JSON.

    /// A text; empty for anything else.
    std::string_view Text() const noexcept {
        return kind == ValueKind::kText ? text : std::string_view();
    }

    /// Instrumentations disagree on how they send a number: an integer, a double or a text. Nothing
    /// where it is none of these.
    std::optional<std::int64_t> Int() const noexcept;
    std::optional<double> Double() const noexcept;
    std::optional<bool> Bool() const noexcept;

    /// Calls visit(value) for each element of a list, until it returns false.
    template <typename Visit>
    void ForEachElement(Visit&& visit) const {
        auto call = [](void* context, std::string_view, const AttributeValue& value) {
            return static_cast<bool>((*static_cast<std::remove_reference_t<Visit>*>(context))(value)
            );
        };
        if (kind == ValueKind::kList) {
            Walk(&visit, call);
        }
    }

    /// Calls visit(key, value) for each member of a map, until it returns false.
    template <typename Visit>
    void ForEachMember(Visit&& visit) const {
        auto call = [](void* context, std::string_view key, const AttributeValue& value) {
            return static_cast<bool>((*static_cast<std::remove_reference_t<Visit>*>(context)
            )(key, value));
        };
        if (kind == ValueKind::kMap) {
            Walk(&visit, call);
        }
    }

    /// Writes it as JSON. What lies deeper than 32 levels becomes null.
    void AppendTo(codec::JsonWriter& json_out) const { AppendTo(json_out, 0); }

private:
    using Visitor = bool (*)(void* context, std::string_view key, const AttributeValue& value);

    void Walk(void* context, Visitor visitor) const;
    void AppendTo(codec::JsonWriter& json_out, int depth) const;
};

/// Thread-safety: plain value; views as AttributeValue.
struct Attribute {
    std::string_view key;
    AttributeValue value;
};

/// Reads an AnyValue message: kNone where it is empty. False, and kNone, where it is broken.
bool ReadAnyValue(std::string_view message, AttributeValue& value) noexcept;
/// Reads a KeyValue message. False where it is broken, has no key or a broken value.
bool ReadKeyValue(std::string_view message, Attribute& attribute) noexcept;

/// The same in OTLP's JSON.
bool ReadAnyValue(codec::JsonValue json, AttributeValue& value) noexcept;
bool ReadKeyValue(codec::JsonValue json, Attribute& attribute) noexcept;

}  // namespace sightglass::dialect::traces
