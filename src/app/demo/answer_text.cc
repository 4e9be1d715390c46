#include "app/demo/answer_text.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "codec/json_writer.h"

namespace sightglass::demo {

namespace {

using codec::JsonValue;
using codec::JsonWriter;

// Made-up values for the properties of a JSON schema, one level deep.
std::string ObjectFor(JsonValue schema, Random& random) {
    constexpr std::size_t kPropertiesMax = 12;
    constexpr std::string_view kWords[] =
        {"delivery", "payment", "product", "account", "Amsterdam", "NW-48213"};
    JsonWriter json;
    json.BeginObject();
    std::size_t count = 0;
    schema.Get("properties").ForEach([&](std::string_view name, JsonValue property) {
        const auto type = property.Get("type").String().value_or("string");
        json.Key(name);
        if (const auto choice = property.Get("enum").At(0).String()) {
            json.String(*choice);
        } else if (type == "integer") {
            json.Int(random.Between(1, 500));
        } else if (type == "number") {
            json.Double(static_cast<double>(random.Between(100, 99'999)) / 100);
        } else if (type == "boolean") {
            json.Bool(random.Chance(0.5));
        } else if (type == "array") {
            json.BeginArray().EndArray();
        } else {
            json.String(random.Pick(std::span<const std::string_view>(kWords)));
        }
        return ++count < kPropertiesMax;
    });
    if (count == 0) {
        json.Key("result").String("ok").Key("confidence").Double(0.87);
    }
    json.EndObject();
    return json.Take();
}

// The schema that the answer must follow, or absent: chat's response_format, responses'
// text.format.
JsonValue FormatOf(JsonValue request) {
    const JsonValue format = request.Get("response_format").Exists()
                                 ? request.Get("response_format")
                                 : request.Get("text").Get("format");
    const auto type = format.Get("type").String();
    return type == "json_schema" || type == "json_object" ? format : JsonValue();
}

std::string Base64(std::string_view bytes) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        for (std::size_t j = 0; j < 3; ++j) {
            group = group << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        }
        for (std::size_t j = 0; j < 4; ++j) {
            text += j <= count ? kAlphabet[group >> (18 - 6 * j) & 63U] : '=';
        }
    }
    return text;
}

// A unit vector that equal texts share.
std::vector<float> Vector(std::string_view text, std::size_t dimensions) {
    Random random(HashText(text));
    std::vector<float> values(dimensions);
    double squares = 0;
    for (float& value : values) {
        value = static_cast<float>(random.Unit() - 0.5);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    const auto scale = static_cast<float>(1 / std::sqrt(squares));
    for (float& value : values) {
        value *= scale;
    }
    return values;
}

void WriteVector(JsonWriter& json, std::string_view text, std::size_t dimensions, bool base64) {
    const std::vector<float> values = Vector(text, dimensions);
    if (base64) {
        std::string bytes(values.size() * sizeof(float), '\0');
        std::memcpy(bytes.data(), values.data(), bytes.size());
        json.String(Base64(bytes));
        return;
    }
    json.BeginArray();
    for (float value : values) {
        json.Double(static_cast<double>(std::round(value * 1e7F)) / 1e7);
    }
    json.EndArray();
}

}  // namespace

std::vector<ToolCall> CallTools(const Prompt& prompt, JsonValue request, Random& random) {
    const JsonValue tools = request.Get("tools");
    const JsonValue choice = request.Get("tool_choice");
    const bool forced = choice.IsObject() || choice.String() == "required";
    if (tools.Size() == 0 || choice.String() == "none" || prompt.answers_tool) {
        return {};
    }
    if (!forced && !random.Chance(0.4)) {
        return {};
    }
    const JsonValue tool = tools.At(static_cast<std::size_t>(random.Next() % tools.Size()));
    // Chat wraps the function in an object of its own, responses do not.
    const JsonValue function = tool.Get("function").Exists() ? tool.Get("function") : tool;
    const auto name = function.Get("name").String();
    if (!name) {
        return {};
    }
    ToolCall call;
    call.id = RandomId("call_", 24, random);
    call.name = *name;
    call.arguments = ObjectFor(function.Get("parameters"), random);
    return {std::move(call)};
}

std::string
AnswerText(const Prompt& prompt, JsonValue request, std::int64_t tokens, Random& random) {
    if (const JsonValue format = FormatOf(request); format.Exists()) {
        const JsonValue schema = format.Get("json_schema").Get("schema");
        return ObjectFor(schema.Exists() ? schema : format.Get("schema"), random);
    }
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(tokens, 1));
    return Answer(GuessLanguage(prompt.last_text), GuessTopic(prompt.last_text), count, random);
}

std::string EmbeddingBody(JsonValue request, std::string_view model, std::int64_t tokens) {
    constexpr std::size_t kInputsMax = 2048;
    const std::size_t full = model.ends_with("large") ? 3072 : 1536;
    const auto asked = static_cast<std::size_t>(
        std::max<std::int64_t>(request.Get("dimensions").Int().value_or(0), 0)
    );
    const std::size_t dimensions = asked > 0 ? std::min(asked, full) : full;
    const bool base64 = request.Get("encoding_format").String() == "base64";
    JsonWriter json;
    json.BeginObject().Key("object").String("list").Key("data").BeginArray();
    std::int64_t index = 0;
    const auto add = [&](std::string_view text) {
        json.BeginObject()
            .Key("object")
            .String("embedding")
            .Key("index")
            .Int(index++)
            .Key("embedding");
        WriteVector(json, text, dimensions, base64);
        json.EndObject();
    };
    const JsonValue input = request.Get("input");
    if (const auto text = input.String()) {
        add(*text);
    }
    input.ForEach([&](std::string_view, JsonValue item) {
        add(item.String().value_or(""));
        return static_cast<std::size_t>(index) < kInputsMax;
    });
    json.EndArray().Key("model").String(model);
    json.Key("usage").Raw(UsageJson(Operation::kEmbedding, Tokens{.input = tokens})).EndObject();
    return json.Take();
}

}  // namespace sightglass::demo
