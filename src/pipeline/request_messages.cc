#include "pipeline/request_messages.h"

#include <string_view>
#include <utility>

#include "codec/base64.h"

namespace sightglass::pipeline {
namespace {

using codec::JsonValue;

constexpr int kSchemaDepthMax = 16;

std::string TextOf(JsonValue value) {
    return std::string(value.String().value_or(""));
}

/// Width and height of a PNG in a data URL: they stand in its first 24 bytes. Source: PNG (Third Edition), 11.2.1.
void ReadSize(std::string_view url, RequestImage& image) {
    constexpr std::string_view kPng = "data:image/png;base64,";
    constexpr std::size_t kHead = 32;  // Of base64: 24 bytes.
    std::string head;
    if (!url.starts_with(kPng) || url.size() < kPng.size() + kHead ||
        !codec::DecodeBase64(url.substr(kPng.size(), kHead), head)) {
        return;
    }
    const auto number = [&head](std::size_t at) {
        std::int64_t value = 0;
        for (std::size_t i = at; i < at + 4; ++i) {
            value = value << 8U | static_cast<unsigned char>(head[i]);
        }
        return value;
    };
    image.width = number(16);
    image.height = number(20);
}

void ReadCall(JsonValue function, RequestMessage& message) {
    if (function.IsObject()) {
        message.calls.emplace_back(TextOf(function.Get("name")), TextOf(function.Get("arguments")));
    }
}

/// A call of a tool or its result, as Anthropic and Gemini have them among a message's parts.
bool ReadToolPart(JsonValue part, RequestMessage& message) {
    const std::string_view type = part.Get("type").String().value_or("");
    const JsonValue call = type == "tool_use" ? part : part.Get("functionCall");
    if (call.IsObject()) {
        const JsonValue arguments = type == "tool_use" ? call.Get("input") : call.Get("args");
        message.calls.emplace_back(TextOf(call.Get("name")), arguments.Text());
        return true;
    }
    const JsonValue result =
        type == "tool_result" ? part.Get("content") : part.Get("functionResponse").Get("response");
    if (result.Exists()) {
        message.content += result.IsString() ? TextOf(result) : result.Text();
        message.is_tool_result = true;
    }
    return result.Exists();
}

void ReadPart(JsonValue part, RequestMessage& message, RequestMessages& read) {
    if (part.IsString()) {
        message.content += *part.String();
        return;
    }
    if (part.Get("text").IsString()) {
        message.content += *part.Get("text").String();
        return;
    }
    if (ReadToolPart(part, message)) {
        return;
    }
    JsonValue image = part.Get("image_url");
    if (!image.Exists()) {
        read.is_whole = false;
        return;
    }
    RequestImage& found = read.images.emplace_back();
    const JsonValue url = image.IsString() ? image : image.Get("url");
    const JsonValue detail = image.IsString() ? part.Get("detail") : image.Get("detail");
    found.low_detail = detail.String().value_or("") == "low";
    ReadSize(url.String().value_or(""), found);
}

/// A string, or an array of parts.
void ReadContent(JsonValue content, RequestMessage& message, RequestMessages& read) {
    if (content.IsArray()) {
        content.ForEach([&](std::string_view, JsonValue part) {
            ReadPart(part, message, read);
            return true;
        });
    } else if (content.IsString()) {
        message.content += *content.String();
    }
}

void ReadMessage(JsonValue value, std::string_view content_key, RequestMessages& read) {
    RequestMessage& message = read.messages.emplace_back();
    message.role = value.Get("role").String().value_or("user");
    message.name = TextOf(value.Get("name"));
    ReadContent(value.Get(content_key), message, read);
    if (value.Get("type").String().value_or("") == "function_call") {
        ReadCall(value, message);  // An item of OpenAI's responses, as is the next.
        return;
    }
    ReadContent(value.Get("output"), message, read);
    message.is_tool_result = message.is_tool_result || value.Get("output").Exists();
    ReadCall(value.Get("function_call"), message);
    message.is_function_call = !message.calls.empty();
    value.Get("tool_calls").ForEach([&](std::string_view, JsonValue call) {
        ReadCall(call.Get("function"), message);
        return true;
    });
}

/// Under the members that say what the model shall be: OpenAI's responses, Anthropic, Gemini.
void ReadInstructions(JsonValue body, RequestMessages& read) {
    for (const std::string_view key : {"instructions", "system", "systemInstruction"}) {
        const JsonValue value = body.Get(key);
        if (value.Exists() && !value.IsNull()) {
            RequestMessage& message = read.messages.emplace_back();
            message.role = "system";
            ReadContent(value.IsObject() ? value.Get("parts") : value, message, read);
        }
    }
}

tokens::ToolSchema ReadSchema(JsonValue value, int depth) {
    tokens::ToolSchema schema;
    schema.type = TextOf(value.Get("type"));
    schema.description = TextOf(value.Get("description"));
    if (depth >= kSchemaDepthMax) {
        return schema;
    }
    value.Get("enum").ForEach([&](std::string_view, JsonValue choice) {
        schema.choices.push_back(choice.Text());
        return true;
    });
    value.Get("required").ForEach([&](std::string_view, JsonValue name) {
        schema.required.push_back(TextOf(name));
        return true;
    });
    value.Get("properties").ForEach([&](std::string_view name, JsonValue property) {
        schema.properties.emplace_back(std::string(name), ReadSchema(property, depth + 1));
        return true;
    });
    if (const JsonValue items = value.Get("items"); items.IsObject()) {
        schema.items.push_back(ReadSchema(items, depth + 1));
    }
    return schema;
}

void ReadTools(JsonValue body, RequestMessages& read) {
    for (const std::string_view key : {"tools", "functions"}) {
        body.Get(key).ForEach([&](std::string_view, JsonValue tool) {
            const JsonValue function =
                tool.Get("function").IsObject() ? tool.Get("function") : tool;
            const JsonValue schema = function.Get("parameters").IsObject()
                                         ? function.Get("parameters")
                                         : function.Get("input_schema");
            if (function.Get("name").IsString()) {
                read.tools.push_back(
                    {TextOf(function.Get("name")),
                     TextOf(function.Get("description")),
                     ReadSchema(schema, 0)}
                );
            } else {
                read.is_whole = false;  // A tool of the provider's own.
            }
            return true;
        });
    }
    for (const std::string_view key : {"tool_choice", "function_call"}) {
        const JsonValue choice = body.Get(key);
        read.no_tools = read.no_tools || choice.String().value_or("") == "none";
        const JsonValue name = choice.Get("function").IsObject()
                                   ? choice.Get("function").Get("name")
                                   : choice.Get("name");
        if (name.IsString()) {
            read.forced_tool = *name.String();
        }
    }
}

/// A prompt or an input: a text, several, or tokens.
void ReadTexts(JsonValue value, RequestMessages& read) {
    if (value.IsString()) {
        read.messages.push_back({.role = "user", .content = TextOf(value), .name = {}, .calls = {}}
        );
    } else if (value.Int()) {
        ++read.ready_tokens;
    } else if (value.IsArray()) {
        value.ForEach([&](std::string_view, JsonValue element) {
            if (element.IsArray() && !element.At(0).Int()) {
                read.is_whole = false;  // Deeper than any API takes it.
            } else {
                ReadTexts(element, read);
            }
            return true;
        });
    }
}

void ReadEach(JsonValue list, std::string_view content_key, RequestMessages& read) {
    list.ForEach([&](std::string_view, JsonValue message) {
        ReadMessage(message, content_key, read);
        return true;
    });
}

}  // namespace

RequestMessages ReadMessages(codec::JsonValue body) {
    RequestMessages read;
    const JsonValue input = body.Get("input");
    const bool has_items = input.IsArray() && input.At(0).IsObject();
    const bool embeds =
        body.Get("model").String().value_or("").find("embed") != std::string::npos ||
        body.Get("encoding_format").Exists() || body.Get("dimensions").Exists();
    read.is_chat = body.Get("messages").IsArray() || body.Get("contents").Exists() || has_items ||
                   (input.IsString() && !embeds);
    if (!read.is_chat) {
        ReadTexts(body.Get("prompt"), read);
        ReadTexts(input, read);
        return read;
    }
    ReadInstructions(body, read);
    ReadEach(body.Get("messages"), "content", read);
    ReadEach(body.Get("contents"), "parts", read);
    if (has_items) {
        ReadEach(input, "content", read);
    } else {
        ReadTexts(input, read);
    }
    ReadTools(body, read);
    const JsonValue format = body.Get("response_format").Exists() ? body.Get("response_format")
                                                                  : body.Get("text").Get("format");
    if (format.Get("type").String().value_or("") == "json_schema") {
        read.is_whole = false;  // It costs tokens, nobody says how many.
    }
    return read;
}

std::vector<RequestMessage> ReadAnswerMessages(codec::JsonValue body) {
    RequestMessages read;
    const JsonValue choice = body.Get("choices").At(0);
    const JsonValue candidate = body.Get("candidates").At(0);
    if (choice.Get("message").IsObject()) {
        ReadMessage(choice.Get("message"), "content", read);
    } else if (choice.Get("text").IsString()) {
        ReadMessage(choice, "text", read);
    } else if (candidate.Get("content").IsObject()) {
        ReadMessage(candidate.Get("content"), "parts", read);
    } else if (body.Get("output").IsArray()) {
        ReadEach(body.Get("output"), "content", read);
    } else if (body.Get("message").IsObject()) {
        ReadMessage(body.Get("message"), "content", read);
    } else if (body.Get("content").Exists()) {
        ReadMessage(body, "content", read);
    }
    return std::move(read.messages);
}

}  // namespace sightglass::pipeline
