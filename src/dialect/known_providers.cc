#include "dialect/known_providers.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.h"

namespace sightglass::dialect {
namespace {

/// Names as the price book knows them.
constexpr auto kProviders = std::to_array<KnownProvider>({
    {"openai", "openai", "", "api.openai.com *.api.openai.com"},
    {"anthropic", "anthropic", "claude", "api.anthropic.com"},
    {"gemini", "gemini", "google google-ai", "generativelanguage.googleapis.com"},
    {"vertex",
     "gemini",
     "vertexai vertex-ai",
     "aiplatform.googleapis.com *-aiplatform.googleapis.com"},
    {"azure",
     "azure",
     "azure-openai azure_openai azureopenai",
     "*.openai.azure.com *.azure-api.net *.cognitiveservices.azure.com *.services.ai.azure.com"},
    {"bedrock", "bedrock", "aws aws-bedrock amazon", "bedrock-runtime.*.amazonaws.com"},
    {"cohere", "cohere", "", "api.cohere.com api.cohere.ai"},
    {"ollama", "ollama", "", "ollama.com"},
    {"mistral", "openai", "mistralai", "api.mistral.ai codestral.mistral.ai"},
    {"deepseek", "openai", "", "api.deepseek.com"},
    {"groq", "openai", "", "api.groq.com"},
    {"xai", "openai", "x-ai grok", "api.x.ai *.api.x.ai"},
    {"openrouter", "openai", "", "openrouter.ai"},
    {"together", "openai", "together-ai togetherai", "api.together.xyz api.together.ai"},
    {"fireworks", "openai", "fireworks-ai", "api.fireworks.ai"},
    {"perplexity", "openai", "pplx", "api.perplexity.ai"},
    {"moonshotai", "openai", "moonshot kimi", "api.moonshot.cn api.moonshot.ai"},
    {"zhipuai", "openai", "zhipu bigmodel", "open.bigmodel.cn"},
    {"zai", "openai", "z-ai", "api.z.ai"},
    {"dashscope",
     "openai",
     "qwen alibaba aliyun",
     "dashscope.aliyuncs.com dashscope-*.aliyuncs.com"},
    {"volcengine", "openai", "doubao ark", "ark.*.volces.com"},
    {"minimax", "openai", "", "api.minimax.io api.minimax.chat api.minimaxi.com"},
    {"cerebras", "openai", "", "api.cerebras.ai"},
    {"huggingface", "openai", "hf", "router.huggingface.co"},
    {"voyageai", "openai", "voyage", "api.voyageai.com"},
    {"novita", "openai", "", "api.novita.ai"},
    {"nebius", "openai", "", "api.studio.nebius.com api.studio.nebius.ai"},
    {"sambanova", "openai", "", "api.sambanova.ai"},
    {"github", "openai", "github-models", "models.github.ai models.inference.ai.azure.com"},
    {"writer", "openai", "", "api.writer.com"},
    {"crusoe", "openai", "", "api.inference.crusoecloud.com"},
    {"vllm", "openai", "", ""},
});

/// Calls `accepts` for each word until one is accepted.
template <typename Accepts>
bool AnyWord(std::string_view words, Accepts accepts) {
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(' '));
        if (accepts(word)) {
            return true;
        }
        words.remove_prefix(std::min(word.size() + 1, words.size()));
    }
    return false;
}

bool AcceptsHost(std::string_view pattern, std::string_view host) noexcept {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) {
        return pattern == host;
    }
    return host.size() > pattern.size() - 1 && host.starts_with(pattern.substr(0, star)) &&
           host.ends_with(pattern.substr(star + 1));
}

}  // namespace

const KnownProvider* FindProviderByHost(std::string_view host) noexcept {
    const auto* found =
        std::find_if(kProviders.begin(), kProviders.end(), [host](const KnownProvider& provider) {
            return AnyWord(provider.hosts, [host](std::string_view pattern) {
                return AcceptsHost(pattern, host);
            });
        });
    return found == kProviders.end() ? nullptr : found;
}

const KnownProvider* FindProviderByName(std::string_view name) noexcept {
    const auto* found =
        std::find_if(kProviders.begin(), kProviders.end(), [name](const KnownProvider& provider) {
            return EqualsIgnoreCase(provider.name, name) ||
                   AnyWord(provider.names, [name](std::string_view other) {
                       return EqualsIgnoreCase(other, name);
                   });
        });
    return found == kProviders.end() ? nullptr : found;
}

std::string_view ProviderOfDialect(std::string_view dialect) noexcept {
    const auto* found = std::find_if(
        kProviders.begin(),
        kProviders.end(),
        [dialect](const KnownProvider& provider) { return provider.dialect == dialect; }
    );
    return found == kProviders.end() || dialect == "openai" ? std::string_view() : found->name;
}

}  // namespace sightglass::dialect
