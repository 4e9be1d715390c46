#include "dialect/traces/attribute.h"

#include <array>
#include <bit>
#include <cmath>

#include "base/text.h"
#include "codec/protobuf.h"

namespace sightglass::dialect::traces {
namespace {

constexpr int kDepthMax = 32;

// Field numbers: opentelemetry/proto/common/v1/common.proto.
constexpr std::uint32_t kValuesField = 1;  // Of ArrayValue and KeyValueList.
constexpr std::uint32_t kKeyField = 1;
constexpr std::uint32_t kValueField = 2;

constexpr std::array<ValueKind, 8> kKindOfField = {
    ValueKind::kNone,
    ValueKind::kText,
    ValueKind::kBool,
    ValueKind::kInt,
    ValueKind::kDouble,
    ValueKind::kList,
    ValueKind::kMap,
    ValueKind::kBytes};

std::optional<std::int64_t> WholeNumber(double number) noexcept {
    constexpr double kMax = 9.0e18;
    if (!(std::abs(number) < kMax) || std::trunc(number) != number) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
}

std::optional<std::int64_t> IntOf(codec::JsonValue value) noexcept {
    const auto text = value.String();
    return text ? ParseInt(*text) : value.Int();
}

}  // namespace

std::optional<std::int64_t> AttributeValue::Int() const noexcept {
    switch (kind) {
        case ValueKind::kInt:
            return number;
        case ValueKind::kDouble:
            return WholeNumber(real);
        case ValueKind::kText: {
            const auto whole = ParseInt(Trim(text));
            const auto fraction = whole ? std::nullopt : ParseDouble(Trim(text));
            return fraction ? WholeNumber(*fraction) : whole;
        }
        default:
            return std::nullopt;
    }
}

std::optional<double> AttributeValue::Double() const noexcept {
    std::optional<double> value;
    if (kind == ValueKind::kDouble) {
        value = real;
    } else if (kind == ValueKind::kInt) {
        value = static_cast<double>(number);
    } else if (kind == ValueKind::kText) {
        value = ParseDouble(Trim(text));
    }
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<bool> AttributeValue::Bool() const noexcept {
    if (kind == ValueKind::kBool) {
        return number != 0;
    }
    if (EqualsIgnoreCase(Text(), "true")) {
        return true;
    }
    return EqualsIgnoreCase(Text(), "false") ? std::optional(false) : std::nullopt;
}

void AttributeValue::Walk(void* context, Visitor visitor) const {
    if (json.Exists()) {
        json.ForEach([&](std::string_view, codec::JsonValue element) {
            const Attribute read = kind == ValueKind::kMap ? ReadKeyValue(element)
                                                           : Attribute{{}, ReadAnyValue(element)};
            return visitor(context, read.key, read.value);
        });
        return;
    }
    codec::WireReader message(text);
    while (message.Next()) {
        if (message.Field() != kValuesField) {
            continue;
        }
        const Attribute read = kind == ValueKind::kMap
                                   ? ReadKeyValue(message.Bytes())
                                   : Attribute{{}, ReadAnyValue(message.Bytes())};
        if (!visitor(context, read.key, read.value)) {
            return;
        }
    }
}

void AttributeValue::AppendTo(codec::JsonWriter& json_out, int depth) const {
    switch (depth < kDepthMax ? kind : ValueKind::kNone) {
        case ValueKind::kText:
        case ValueKind::kBytes:
            json_out.String(text);
            return;
        case ValueKind::kBool:
            json_out.Bool(number != 0);
            return;
        case ValueKind::kInt:
            json_out.Int(number);
            return;
        case ValueKind::kDouble:
            json_out.Double(real);
            return;
        case ValueKind::kList:
            json_out.BeginArray();
            ForEachElement([&](const AttributeValue& value) {
                value.AppendTo(json_out, depth + 1);
                return true;
            });
            json_out.EndArray();
            return;
        case ValueKind::kMap:
            json_out.BeginObject();
            ForEachMember([&](std::string_view key, const AttributeValue& value) {
                json_out.Key(key);
                value.AppendTo(json_out, depth + 1);
                return true;
            });
            json_out.EndObject();
            return;
        case ValueKind::kNone:
            json_out.Null();
            return;
    }
}

AttributeValue ReadAnyValue(std::string_view message) noexcept {
    AttributeValue value;
    codec::WireReader reader(message);
    while (reader.Next()) {
        if (reader.Field() >= kKindOfField.size()) {
            continue;
        }
        value.kind = kKindOfField[reader.Field()];
        value.number = static_cast<std::int64_t>(reader.Number());
        value.text = reader.Bytes();
        value.real = reader.Double();
    }
    return reader.Failed() ? AttributeValue{} : value;
}

Attribute ReadKeyValue(std::string_view message) noexcept {
    Attribute attribute;
    codec::WireReader reader(message);
    while (reader.Next()) {
        if (reader.Field() == kKeyField) {
            attribute.key = reader.Bytes();
        } else if (reader.Field() == kValueField) {
            attribute.value = ReadAnyValue(reader.Bytes());
        }
    }
    return attribute;
}

AttributeValue ReadAnyValue(codec::JsonValue value) noexcept {
    AttributeValue read;
    value.ForEach([&read](std::string_view key, codec::JsonValue member) {
        if (key == "stringValue" || key == "bytesValue") {
            read.kind = ValueKind::kText;
            read.text = member.String().value_or("");
        } else if (key == "boolValue") {
            read.kind = ValueKind::kBool;
            read.number = member.Bool().value_or(false) ? 1 : 0;
        } else if (key == "intValue") {
            const auto number = IntOf(member);
            read.kind = number ? ValueKind::kInt : ValueKind::kNone;
            read.number = number.value_or(0);
        } else if (key == "doubleValue") {
            const auto number = member.Double();
            read.kind = number ? ValueKind::kDouble : ValueKind::kNone;
            read.real = number.value_or(0);
        } else if (key == "arrayValue" || key == "kvlistValue") {
            read.kind = key == "arrayValue" ? ValueKind::kList : ValueKind::kMap;
            read.json = member.Get("values");
        } else {
            return true;
        }
        return false;
    });
    return read;
}

Attribute ReadKeyValue(codec::JsonValue value) noexcept {
    return {value.Get("key").String().value_or(""), ReadAnyValue(value.Get("value"))};
}

}  // namespace sightglass::dialect::traces
