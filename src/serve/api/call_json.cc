#include "serve/api/call_json.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "base/text.h"
#include "call/catalogue.h"
#include "call/enums.h"
#include "call/fields.h"
#include "codec/json.h"

namespace sightglass::serve {
namespace {

constexpr std::array<std::string_view, 2> kHeaderFields{"request_headers", "response_headers"};

bool IsHeaders(std::string_view name) {
    return std::find(kHeaderFields.begin(), kHeaderFields.end(), name) != kHeaderFields.end();
}

bool IsDetailOnly(const Field& field) {
    return field.role == FieldRole::kJson || IsHeaders(field.name) || field.name == "attempts";
}

/// JSON that came from outside and was cut off somewhere would spoil the document around it.
void WriteDocument(codec::JsonWriter& json, const std::string& text) {
    codec::JsonParser parser;
    const auto value = parser.Parse(text);
    if (!text.empty() && value.Ok() && value->IsObject()) {
        json.Raw(value->Text());
    } else {
        json.Null();
    }
}

/// Call::joined without the records, which are of the program's own.
void WriteJoined(codec::JsonWriter& json, const std::string& text) {
    codec::JsonParser parser;
    const auto members = parser.Parse(text);
    if (text.empty() || !members.Ok() || !members->IsArray()) {
        json.Null();
        return;
    }
    json.BeginArray();
    members->ForEach([&json](std::string_view, codec::JsonValue member) {
        json.BeginObject();
        for (const char* const name : {"call_id", "source", "span_id", "parent_span_id"}) {
            json.Key(name);
            json.StringOrNull(member.Get(name).String().value_or(""));
        }
        json.Key("gave").BeginArray();
        member.Get("gave").ForEach([&json](std::string_view, codec::JsonValue field) {
            json.String(field.String().value_or(""));
            return true;
        });
        json.EndArray().EndObject();
        return true;
    });
    json.EndArray();
}

void WriteHeaders(codec::JsonWriter& json, std::string_view lines) {
    std::map<std::string, std::string> headers;
    for (const std::string_view line : Split(lines, '\n')) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) {
            continue;
        }
        std::string& value = headers[std::string(Trim(line.substr(0, colon)))];
        value += (value.empty() ? "" : ", ");
        value += Trim(line.substr(colon + 1));
    }
    json.BeginObject();
    for (const auto& [name, value] : headers) {
        json.Key(name).String(value);
    }
    json.EndObject();
}

void WriteRepairs(codec::JsonWriter& json, std::string_view repairs) {
    json.BeginArray();
    for (const std::string_view name : Split(repairs, ',')) {
        if (!Trim(name).empty()) {
            json.String(Trim(name));
        }
    }
    json.EndArray();
}

/// Writes one field's value; one overload for each type of field.
struct FieldWriter {
    codec::JsonWriter& json;
    const Field& field;
    const Call& call;

    void operator()(const Uuid& value) const { json.String(ToString(value)); }

    void operator()(const std::string& value) const {
        if (field.name == "joined") {
            WriteJoined(json, value);
        } else if (field.role == FieldRole::kJson) {
            WriteDocument(json, value);
        } else if (IsHeaders(field.name)) {
            WriteHeaders(json, value);
        } else if (field.name == "repairs") {
            WriteRepairs(json, value);
        } else {
            json.StringOrNull(value);
        }
    }

    void operator()(const Tags& tags) const {
        json.BeginObject();
        for (const auto& [name, value] : tags) {
            json.Key(name).String(value);
        }
        json.EndObject();
    }

    void operator()(const std::vector<Attempt>& attempts) const {
        json.BeginArray();
        for (const Attempt& attempt : attempts) {
            json.BeginObject().Key("target");
            json.StringOrNull(attempt.target);
            json.Key("http_status");
            if (attempt.http_status == 0) {
                json.Null();
            } else {
                json.Int(attempt.http_status);
            }
            json.Key("why");
            json.StringOrNull(attempt.why);
            json.Key("duration_us").Int(attempt.duration_us);
            WriteUse(&attempt == &attempts.back());
            json.EndObject();
        }
        json.EndArray();
    }

    /// What a try used: the last one's is the call's; of those before it nobody said anything.
    void WriteUse(bool last) const {
        for (const auto& [name, tokens] :
             {std::pair{"input_tokens", call.InputTokens()},
              std::pair{"output_tokens", call.output_tokens}}) {
            json.Key(name);
            (*this)(last ? tokens : OptionalInt());
        }
        json.Key("cost_nano_usd");
        (*this)(last ? call.cost : OptionalMoney());
    }

    template <typename T>
    void operator()(const std::optional<T>& value) const {
        if (value) {
            Known(*value);
        } else {
            json.Null();
        }
    }

    void Known(std::int64_t value) const { json.Int(value); }

    void Known(Time value) const { json.String(FormatTime(value)); }

    void Known(Money value) const { json.Int(value.nano_usd()); }

    void Known(bool value) const { json.Bool(value); }

    void Known(double value) const { json.Double(value); }

    template <typename Enum>
    void Known(Enum value) const requires std::is_enum_v<Enum> {
        json.String(ToString(value));
    }
};

void WriteNumber(codec::JsonWriter& json, const OptionalInt& number) {
    if (number) {
        json.Int(*number);
    } else {
        json.Null();
    }
}

}  // namespace

void WriteCallMembers(codec::JsonWriter& json, const Call& call, CallShape shape) {
    for (const Field& field : Fields()) {
        if (shape == CallShape::kSummary && IsDetailOnly(field)) {
            continue;
        }
        json.Key(field.name);
        const FieldWriter write{json, field, call};
        std::visit([&](auto member) { write(call.*member); }, field.member);
    }
    json.Key("input_tokens");
    WriteNumber(json, call.InputTokens());
    json.Key("total_tokens");
    WriteNumber(json, Evaluate(Quantity::kTotalTokens, call));
    json.Key("cost_usd");
    if (call.cost) {
        json.Raw(FormatUsd(*call.cost));
    } else {
        json.Null();
    }
}

}  // namespace sightglass::serve
