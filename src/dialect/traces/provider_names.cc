#include "dialect/traces/provider_names.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "dialect/known_providers.h"

namespace sightglass::dialect::traces {
namespace {

/// OpenTelemetry's names and the AI SDK's, where they are no names of known_providers.h.
constexpr auto kNames = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"azure.ai.openai", "azure"},
    {"azure.ai.inference", "azure"},
    {"az.ai.openai", "azure"},
    {"az.ai.inference", "azure"},
    {"azure-openai", "azure"},
    {"aws.bedrock", "bedrock"},
    {"amazon-bedrock", "bedrock"},
    {"gcp.gemini", "gemini"},
    {"gcp.gen_ai", "gemini"},
    {"google.generative-ai", "gemini"},
    {"gcp.vertex_ai", "vertex"},
    {"vertex_ai", "vertex"},
    {"google.vertex", "vertex"},
    {"mistral_ai", "mistral"},
    {"moonshot_ai", "moonshotai"},
    {"x_ai", "xai"},
    {"ibm.watsonx.ai", "watsonx"},
});

/// Whole, or followed by a dot.
bool BeginsWithName(std::string_view text, std::string_view name) noexcept {
    return StartsWithIgnoreCase(text, name) &&
           (text.size() == name.size() || text[name.size()] == '.');
}

}  // namespace

std::string_view ProviderOf(std::string_view name) noexcept {
    for (const auto& [alias, provider] : kNames) {
        if (BeginsWithName(name, alias)) {
            return provider;
        }
    }
    for (const std::string_view part : {name, name.substr(0, name.find('.'))}) {
        if (const KnownProvider* const known = FindProviderByName(part)) {
            return known->name;
        }
    }
    return name;
}

}  // namespace sightglass::dialect::traces
