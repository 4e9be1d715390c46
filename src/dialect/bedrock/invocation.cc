#include "dialect/bedrock/invocation.h"

#include <array>
#include <cstddef>
#include <span>

#include "base/text.h"
#include "dialect/bedrock/usage.h"
#include "dialect/call_fields.h"
#include "dialect/header_reading.h"
#include "dialect/json_reading.h"
#include "dialect/openai/usage.h"

namespace sightglass::dialect::bedrock {
namespace {

using codec::JsonValue;

/// Members on the way to a value, with slashes between them; a number is an element of an array.
using Path = std::string_view;

constexpr auto kTexts = std::to_array<Path>({
    "choices/0/delta/content",  // AI21's Jamba, DeepSeek, OpenAI's open models, Qwen
    "choices/0/message/content",
    "choices/0/text",
    "generation",      // Meta's Llama
    "outputs/0/text",  // Mistral
    "outputText",      // Amazon's Titan, a chunk
    "results/0/outputText",
    "text",                     // Cohere's Command R
    "generations/0/text",       // Cohere's Command
    "completions/0/data/text",  // AI21's Jurassic
});

constexpr auto kFinishReasons = std::to_array<Path>({
    "choices/0/finish_reason",
    "choices/0/stop_reason",
    "stop_reason",
    "outputs/0/stop_reason",
    "completionReason",
    "results/0/completionReason",
    "finish_reason",
    "generations/0/finish_reason",
    "completions/0/finishReason/reason",
});

constexpr auto kIds = std::to_array<Path>({"id", "response_id", "response/response_id"});

JsonValue At(JsonValue root, Path path) noexcept {
    while (!path.empty() && root.Exists()) {
        const std::string_view key = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(key.size() + 1, path.size()));
        root = key == "0" ? root.At(0) : root.Get(key);
    }
    return root;
}

std::string_view FirstText(JsonValue root, std::span<const Path> paths) noexcept {
    for (const Path path : paths) {
        if (const std::string_view text = TextOf(At(root, path)); !text.empty()) {
            return text;
        }
    }
    return {};
}

/// Llama and Titan count in members of their own; a chunk names what has changed.
void ReadOwnCounts(JsonValue root, Call& call) {
    const OptionalInt input = FirstCount(root, {"prompt_token_count", "inputTextTokenCount"});
    OptionalInt output = FirstCount(root, {"generation_token_count", "totalOutputTextTokenCount"});
    if (!output.has_value()) {
        output = CountOf(At(root, "results/0/tokenCount"));
    }
    if (input.has_value()) {
        call.fresh_input_tokens = input;
        call.token_source = TokenSource::kProvider;
    }
    if (output.has_value()) {
        call.output_tokens = output;
        call.token_source = TokenSource::kProvider;
    }
}

}  // namespace

bool IsAnthropic(JsonValue root) noexcept {
    const std::string_view type = TextOf(root.Get("type"));
    return type == "message" || type == "completion" || type.starts_with("message_") ||
           type.starts_with("content_block_") || type == "ping" || type == "error";
}

std::string_view TextOfInvocation(JsonValue root) noexcept {
    return FirstText(root, kTexts);
}

bool ReadInvocation(JsonValue root, Call& call) {
    AssignUnlessSet(call.provider_response_id, FirstText(root, kIds));
    Assign(call.model, TextOf(root.Get("model")));
    const JsonValue usage = root.Get("usage");
    if (usage.Get("prompt_tokens").Exists()) {
        openai::ReadUsage(usage, {}, call);
    } else {
        ReadUsage(usage, call);
    }
    ReadOwnCounts(root, call);
    const std::string_view reason = FirstText(root, kFinishReasons);
    Assign(call.finish_reason, reason);
    return !reason.empty();
}

void ReadInvocationMetrics(JsonValue root, Call& call) {
    const JsonValue metrics = root.Get("amazon-bedrock-invocationMetrics");
    if (!metrics.IsObject()) {
        return;
    }
    if (call.usage.empty()) {
        ReadUsage(metrics, call);
    }
    if (const OptionalInt ms = CountOf(metrics.Get("invocationLatency")); ms.has_value()) {
        constexpr std::int64_t kUsPerMs = 1000;
        call.provider_us = *ms * kUsPerMs;
    }
}

}  // namespace sightglass::dialect::bedrock
