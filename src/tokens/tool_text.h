// What a model reads of the tools that a request offers: OpenAI renders their schemas as a TypeScript namespace, which is
// counted like any text. Reverse-engineered by several projects (openai-chat-tokens, gpt-tokenizer); not guaranteed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sightglass::tokens {

/// A JSON schema, as far as it is rendered.
/// Thread-safety: plain value.
struct ToolSchema {
    std::string
        type;  ///< "string", "number", "integer", "boolean", "null", "object", "array"; others render as any.
    std::string description = {};
    std::vector<std::string> choices = {};  ///< Of an enum, as JSON.
    std::vector<std::pair<std::string, ToolSchema>> properties = {};
    std::vector<std::string> required = {};  ///< Names of properties.
    std::vector<ToolSchema> items = {};      ///< Of an array: none or one.
};

/// Thread-safety: plain value.
struct Tool {
    std::string name = {};
    std::string description = {};
    ToolSchema parameters = {};
};

/// Empty where there are no tools.
/// Thread-safety: pure function.
std::string RenderTools(const std::vector<Tool>& tools);

}  // namespace sightglass::tokens
