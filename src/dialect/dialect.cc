#include "dialect/dialect.h"

#include <array>

#include "dialect/anthropic/anthropic.h"
#include "dialect/azure/azure.h"
#include "dialect/bedrock/bedrock.h"
#include "dialect/cohere/cohere.h"
#include "dialect/gemini/gemini.h"
#include "dialect/ollama/ollama.h"
#include "dialect/openai/openai.h"

namespace sightglass::dialect {
namespace {

struct Entry {
    std::string_view name;
    const Dialect& (*dialect)() noexcept;
};

/// Every dialect there is; a new one is one line more.
constexpr auto kDialects = std::to_array<Entry>({
    {"openai", openai::OpenAi},
    {"anthropic", anthropic::Anthropic},
    {"gemini", gemini::Gemini},
    {"bedrock", bedrock::Bedrock},
    {"azure", azure::Azure},
    {"cohere", cohere::Cohere},
    {"ollama", ollama::Ollama},
});

}  // namespace

codec::StreamFormat Dialect::FormatOf(std::string_view content_type, const Call&) const {
    return codec::StreamFormatOf(content_type);
}

const Dialect* FindDialect(std::string_view name) noexcept {
    for (const Entry& entry : kDialects) {
        if (entry.name == name) {
            return &entry.dialect();
        }
    }
    return nullptr;
}

}  // namespace sightglass::dialect
