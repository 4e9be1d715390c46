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
    const auto visit = [&](const auto& encoded) {
        Attribute read;
        const bool sound = kind == ValueKind::kMap ? ReadKeyValue(encoded, read)
                                                   : ReadAnyValue(encoded, read.value);
        return !sound || visitor(context, read.key, read.value);
    };
    if (json.Exists()) {
        json.ForEach([&](std::string_view, codec::JsonValue element) { return visit(element); });
        return;
    }
    codec::WireReader message(text);
    while (message.Next()) {
        if (message.Field() == kValuesField && !visit(message.Bytes())) {
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

bool ReadAnyValue(std::string_view message, AttributeValue& value) noexcept {
    value = {};
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
    if (reader.Failed()) {
        value = {};
    }
    return !reader.Failed();
}

bool ReadKeyValue(std::string_view message, Attribute& attribute) noexcept {
    attribute.key = {};
    bool sound = true;
    bool has_value = false;
    codec::WireReader reader(message);
    while (reader.Next()) {
        if (reader.Field() == kKeyField) {
            attribute.key = reader.Bytes();
        } else if (reader.Field() == kValueField) {
            sound = ReadAnyValue(reader.Bytes(), attribute.value);
            has_value = true;
        }
    }
    if (!has_value) {
        attribute.value = {};
    }
    return sound && !reader.Failed() && !attribute.key.empty();
}

bool ReadAnyValue(codec::JsonValue json, AttributeValue& value) noexcept {
    value = {};
    bool sound = json.IsObject() || json.IsNull();
    json.ForEach([&](std::string_view key, codec::JsonValue member) {
        if (key == "stringValue" || key == "bytesValue") {
            value.kind = ValueKind::kText;
            value.text = member.String().value_or("");
        } else if (key == "boolValue") {
            value.kind = ValueKind::kBool;
            value.number = member.Bool().value_or(false) ? 1 : 0;
        } else if (key == "intValue") {
            const auto number = IntOf(member);
            sound = number.has_value();
            value.kind = number ? ValueKind::kInt : ValueKind::kNone;
            value.number = number.value_or(0);
        } else if (key == "doubleValue") {
            const auto number = member.Double();
            sound = number || member.IsString();  // "NaN", which is no number to us.
            value.kind = number ? ValueKind::kDouble : ValueKind::kNone;
            value.real = number.value_or(0);
        } else if (key == "arrayValue" || key == "kvlistValue") {
            value.kind = key == "arrayValue" ? ValueKind::kList : ValueKind::kMap;
            value.json = member.Get("values");
        } else {
            return true;
        }
        return false;
    });
    return sound;
}

bool ReadKeyValue(codec::JsonValue json, Attribute& attribute) noexcept {
    attribute.key = json.Get("key").String().value_or("");
    const codec::JsonValue value = json.Get("value");
    if (!value.Exists()) {
        attribute.value = {};
        return !attribute.key.empty();
    }
    return ReadAnyValue(value, attribute.value) && !attribute.key.empty();
}

}  // namespace sightglass::dialect::traces
