#include "dialect/dialect_of_path.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "dialect/paths.h"

namespace sightglass::dialect {
namespace {

constexpr std::string_view kOpenAi = "openai";
constexpr std::string_view kAnthropic = "anthropic";
constexpr std::string_view kGemini = "gemini";
constexpr std::string_view kBedrock = "bedrock";
constexpr std::string_view kAzure = "azure";
constexpr std::string_view kCohere = "cohere";
constexpr std::string_view kOllama = "ollama";

constexpr std::string_view kAzureMark = "/openai/deployments/";

struct Mark {
    std::string_view text;
    std::string_view dialect;
};

/// Ends of paths, the frequent ones first.
constexpr auto kEnds = std::to_array<Mark>({
    {"/chat/completions", kOpenAi}, {"/v1/responses", kOpenAi},
    {"/v1/messages", kAnthropic},   {"/v1/embeddings", kOpenAi},
    {"/v1/completions", kOpenAi},   {"/v1/messages/count_tokens", kAnthropic},
    {"/v1/complete", kAnthropic},   {"/v2/chat", kCohere},
    {"/v1/chat", kCohere},          {"/v2/embed", kCohere},
    {"/v1/embed", kCohere},         {"/v2/rerank", kCohere},
    {"/v1/rerank", kCohere},        {"/v1/generate", kCohere},
    {"/v1/classify", kCohere},      {"/v1/tokenize", kCohere},
    {"/v1/detokenize", kCohere},    {"/api/chat", kOllama},
    {"/api/generate", kOllama},     {"/api/embed", kOllama},
    {"/api/embeddings", kOllama},   {"/api/tags", kOllama},
    {"/api/ps", kOllama},           {"/api/show", kOllama},
    {"/api/version", kOllama},      {"/api/pull", kOllama},
    {"/interactions", kGemini},
});

/// Parts of paths. "/publishers/anthropic/" stands before the method that Google gives every model.
constexpr auto kParts = std::to_array<Mark>({
    {kAzureMark, kAzure},
    {"/v1/messages/batches", kAnthropic},
    {"/publishers/anthropic/models/", kAnthropic},
    {"/publishers/google/models/", kGemini},
});

/// What follows the last colon of a path: Google's methods.
constexpr std::array<std::string_view, 8> kGoogleMethods = {
    "generateContent",
    "streamGenerateContent",
    "countTokens",
    "embedContent",
    "batchEmbedContents",
    "asyncBatchEmbedContent",
    "batchGenerateContent",
    "predict",
};

constexpr std::array<std::string_view, 5> kBedrockMethods = {
    "/converse",
    "/converse-stream",
    "/invoke",
    "/invoke-with-response-stream",
    "/count-tokens",
};

bool IsBedrock(std::string_view path) noexcept {
    const std::size_t last = path.rfind('/');
    const std::string_view method = last == std::string_view::npos ? "" : path.substr(last);
    return std::find(kBedrockMethods.begin(), kBedrockMethods.end(), method) !=
               kBedrockMethods.end() &&
           path.find("/model/") != std::string_view::npos;
}

bool IsGoogle(std::string_view path) noexcept {
    const std::size_t colon = path.rfind(':');
    return colon != std::string_view::npos &&
           std::find(kGoogleMethods.begin(), kGoogleMethods.end(), path.substr(colon + 1)) !=
               kGoogleMethods.end();
}

}  // namespace

std::string_view DialectOfPath(std::string_view path) noexcept {
    path = PathOnly(path);
    for (const Mark& end : kEnds) {
        if (path.ends_with(end.text)) {
            // The end is OpenAI's there, too.
            const bool azure = path.find(kAzureMark) != std::string_view::npos;
            return azure ? kAzure : end.dialect;
        }
    }
    for (const Mark& part : kParts) {
        if (path.find(part.text) != std::string_view::npos) {
            return part.dialect;
        }
    }
    if (IsBedrock(path)) {
        return kBedrock;
    }
    return IsGoogle(path) ? kGemini : std::string_view();
}

const Dialect& DialectOf(std::string_view path, const Dialect& home) noexcept {
    const std::string_view name = DialectOfPath(path);
    if (name.empty() || name == home.Name() || (name == kOpenAi && home.Name() == kAzure)) {
        return home;  // Azure's newer paths are OpenAI's.
    }
    const Dialect* const found = FindDialect(name);
    return found != nullptr ? *found : home;
}

}  // namespace sightglass::dialect
