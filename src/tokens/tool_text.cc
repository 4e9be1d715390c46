#include "tokens/tool_text.h"

#include <algorithm>

namespace sightglass::tokens {
namespace {

constexpr std::size_t kDescribedDepth = 2;  ///< Deeper properties lose their descriptions.
constexpr std::size_t kDepthMax = 32;

void AppendType(const ToolSchema& schema, std::size_t depth, std::string& text);

void AppendProperties(const ToolSchema& object, std::size_t depth, std::string& text) {
    for (const auto& [name, schema] : object.properties) {
        if (!schema.description.empty() && depth < kDescribedDepth) {
            text.append(depth, ' ').append("// ").append(schema.description) += '\n';
        }
        const bool required = std::find(object.required.begin(), object.required.end(), name) !=
                              object.required.end();
        text.append(depth, ' ').append(name).append(required ? ": " : "?: ");
        AppendType(schema, depth, text);
        text += ",\n";
    }
}

void AppendChoices(const std::vector<std::string>& choices, std::string& text) {
    for (std::size_t i = 0; i < choices.size(); ++i) {
        text.append(i == 0 ? "" : " | ").append(choices[i]);
    }
}

void AppendType(const ToolSchema& schema, std::size_t depth, std::string& text) {
    if (depth >= kDepthMax) {
        text += "any";
    } else if (!schema.choices.empty()) {
        AppendChoices(schema.choices, text);
    } else if (schema.type == "object" && !schema.properties.empty()) {
        text += "{\n";
        AppendProperties(schema, depth + 2, text);
        text.append(depth, ' ') += '}';
    } else if (schema.type == "array") {
        if (schema.items.empty()) {
            text += "any";
        } else {
            AppendType(schema.items.front(), depth, text);
        }
        text += "[]";
    } else if (schema.type == "integer") {
        text += "number";
    } else {
        const bool known = schema.type == "string" || schema.type == "number" ||
                           schema.type == "boolean" || schema.type == "null" ||
                           schema.type == "object";
        text += known ? schema.type : "any";
    }
}

}  // namespace

std::string RenderTools(const std::vector<Tool>& tools) {
    if (tools.empty()) {
        return {};
    }
    std::string text = "namespace functions {\n\n";
    for (const Tool& tool : tools) {
        if (!tool.description.empty()) {
            text.append("// ").append(tool.description) += '\n';
        }
        text.append("type ").append(tool.name);
        if (tool.parameters.properties.empty()) {
            text += " = () => any;\n\n";
            continue;
        }
        text += " = (_: {\n";
        AppendProperties(tool.parameters, 0, text);
        text += "}) => any;\n\n";
    }
    return text + "} // namespace functions";
}

}  // namespace sightglass::tokens
