// Vercel's AI SDK, versions 4 to 6. Its outer spans repeat the usage of the inner ones, whose names
// end in .doGenerate, .doStream, .doEmbed: only these are calls.
#include <array>

#include "dialect/traces/concept.h"

namespace sightglass::dialect::traces {
namespace {

constexpr auto kAttributes = std::to_array<AttributeRow>({
    {"ai.operationId", Concept::kKind},
    {"ai.model.provider", Concept::kProvider},
    {"ai.model.id", Concept::kRequestedModel},
    {"ai.response.model", Concept::kModel},
    {"ai.response.id", Concept::kResponseId},
    {"ai.response.finishReason", Concept::kFinishReason},
    {"ai.telemetry.metadata.userId", Concept::kUser},
    {"ai.telemetry.metadata.sessionId", Concept::kSession},
    {"ai.telemetry.metadata.tags", Concept::kTagNames},
    {"ai.telemetry.metadata.*", Concept::kTag},
    {"ai.telemetry.functionId", Concept::kTag, "function_id"},
    {"ai.request.headers.user-agent", Concept::kUserAgent},
    {"ai.toolCall.name", Concept::kToolName},

    {"ai.usage.inputTokens", Concept::kInputTokens},
    {"ai.usage.promptTokens", Concept::kInputTokens},
    {"ai.usage.tokens", Concept::kInputTokens},
    {"ai.usage.outputTokens", Concept::kOutputTokens},
    {"ai.usage.completionTokens", Concept::kOutputTokens},
    {"ai.usage.totalTokens", Concept::kTotalTokens},
    {"ai.usage.inputTokenDetails.noCacheTokens", Concept::kFreshTokens},
    {"ai.usage.inputTokenDetails.cacheReadTokens", Concept::kCachedTokens},
    {"ai.usage.cachedInputTokens", Concept::kCachedTokens},
    {"ai.usage.inputTokenDetails.cacheWriteTokens", Concept::kCacheWriteTokens},
    {"ai.usage.outputTokenDetails.reasoningTokens", Concept::kReasoningTokens},
    {"ai.usage.reasoningTokens", Concept::kReasoningTokens},
    {"ai.response.msToFirstChunk", Concept::kFirstTokenMs},

    {"ai.settings.temperature", Concept::kParam, "temperature"},
    {"ai.settings.maxOutputTokens", Concept::kParam, "max_tokens"},
    {"ai.settings.maxTokens", Concept::kParam, "max_tokens"},
    {"ai.settings.topP", Concept::kParam, "top_p"},

    {"ai.prompt.tools", Concept::kTools},
    {"ai.prompt.messages", Concept::kInput},
    {"ai.prompt", Concept::kInput},
    {"ai.values", Concept::kInput},
    {"ai.value", Concept::kInput},
    {"ai.response.text", Concept::kOutput},
    {"ai.response.object", Concept::kOutput},
    {"ai.response.toolCalls", Concept::kOutput},
});

constexpr auto kKinds = std::to_array<KindWord>({
    {"ai.generateText.doGenerate", SpanRole::kCall, Operation::kChat, false},
    {"ai.streamText.doStream", SpanRole::kCall, Operation::kChat, true},
    {"ai.generateObject.doGenerate", SpanRole::kCall, Operation::kChat, false},
    {"ai.streamObject.doStream", SpanRole::kCall, Operation::kChat, true},
    {"ai.embed.doEmbed", SpanRole::kCall, Operation::kEmbedding},
    {"ai.embedMany.doEmbed", SpanRole::kCall, Operation::kEmbedding},
    {"ai.rerank.doRerank", SpanRole::kCall, Operation::kRerank},
    {"ai.generateText", SpanRole::kChain},
    {"ai.streamText", SpanRole::kChain},
    {"ai.generateObject", SpanRole::kChain},
    {"ai.streamObject", SpanRole::kChain},
    {"ai.embed", SpanRole::kChain},
    {"ai.embedMany", SpanRole::kChain},
    {"ai.rerank", SpanRole::kChain},
    {"ai.toolCall", SpanRole::kTool},
});

constexpr auto kEvents = std::to_array<EventRow>({
    {"ai.stream.firstChunk", Concept::kFirstTokenTime},
});

}  // namespace

TraceDialect VercelDialect() noexcept {
    return {"vercel", kAttributes, kKinds, kEvents};
}

}  // namespace sightglass::dialect::traces
