#include "app/demo/usage.h"

#include <algorithm>

namespace sightglass::demo {

namespace {

constexpr std::int64_t kCacheableMin = 1024;
constexpr std::int64_t kCacheStep = 128;

void Append(std::string& text, const char* key, std::int64_t number) {
    text += key;
    text += std::to_string(number);
}

std::string ResponseUsage(const Tokens& tokens) {
    std::string text;
    text.reserve(256);
    Append(text, "{\"input_tokens\":", tokens.input);
    Append(text, ",\"input_tokens_details\":{\"cached_tokens\":", tokens.cached);
    Append(text, ",\"cache_write_tokens\":", tokens.written);
    Append(text, "},\"output_tokens\":", tokens.output);
    Append(text, ",\"output_tokens_details\":{\"reasoning_tokens\":", tokens.reasoning);
    Append(text, "},\"total_tokens\":", tokens.input + tokens.output);
    return text + "}";
}

std::string ChatUsage(const Tokens& tokens) {
    std::string text;
    text.reserve(320);
    Append(text, "{\"prompt_tokens\":", tokens.input);
    Append(text, ",\"completion_tokens\":", tokens.output);
    Append(text, ",\"total_tokens\":", tokens.input + tokens.output);
    Append(text, ",\"prompt_tokens_details\":{\"cached_tokens\":", tokens.cached);
    if (tokens.written > 0) {
        Append(text, ",\"cache_write_tokens\":", tokens.written);
    }
    text += ",\"audio_tokens\":0}";
    Append(text, ",\"completion_tokens_details\":{\"reasoning_tokens\":", tokens.reasoning);
    text +=
        ",\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}";
    return text;
}

}  // namespace

Tokens CountInput(
    const ModelProfile& model,
    std::int64_t input_tokens,
    std::int64_t known_tokens
) noexcept {
    Tokens tokens;
    tokens.input = input_tokens;
    if (input_tokens < kCacheableMin || model.tokens_per_s <= 0) {
        return tokens;
    }
    if (known_tokens >= kCacheableMin) {
        tokens.cached = std::min(known_tokens, input_tokens - 1) / kCacheStep * kCacheStep;
    }
    if (model.charges_cache_writes) {
        tokens.written = (input_tokens - tokens.cached) / kCacheStep * kCacheStep;
    }
    return tokens;
}

std::string UsageJson(Operation operation, const Tokens& tokens) {
    std::string text;
    switch (operation) {
        case Operation::kResponse:
            return ResponseUsage(tokens);
        case Operation::kEmbedding:
            Append(text, "{\"prompt_tokens\":", tokens.input);
            Append(text, ",\"total_tokens\":", tokens.input);
            return text + "}";
        case Operation::kCompletion:
            Append(text, "{\"prompt_tokens\":", tokens.input);
            Append(text, ",\"completion_tokens\":", tokens.output);
            Append(text, ",\"total_tokens\":", tokens.input + tokens.output);
            return text + "}";
        default:
            return ChatUsage(tokens);
    }
}

}  // namespace sightglass::demo
