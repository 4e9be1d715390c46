// OpenTelemetry's GenAI conventions, in their three generations: up to 1.26, 1.27 to 1.41, and the
// repository of their own since then. Also what SDKs of providers add to them.
#include <array>

#include "dialect/traces/concept.h"

namespace sightglass::dialect::traces {
namespace {

constexpr auto kAttributes = std::to_array<AttributeRow>({
    {"gen_ai.operation.name", Concept::kKind},
    {"gen_ai.provider.name", Concept::kProvider},
    {"gen_ai.system", Concept::kProvider},
    {"server.address", Concept::kServerAddress},
    {"gen_ai.request.model", Concept::kRequestedModel},
    {"gen_ai.response.model", Concept::kModel},
    {"gen_ai.response.id", Concept::kResponseId},
    {"gen_ai.response.finish_reasons", Concept::kFinishReason},
    {"anthropic.message.stop_reason", Concept::kFinishReason},
    {"gen_ai.request.stream", Concept::kStream},
    {"openai.response.service_tier", Concept::kServiceTier},
    {"gen_ai.openai.response.service_tier", Concept::kServiceTier},
    {"openai.request.service_tier", Concept::kServiceTier},
    {"gen_ai.openai.request.service_tier", Concept::kServiceTier},
    {"openai.api.type", Concept::kApiType},
    {"user.id", Concept::kUser},
    {"enduser.id", Concept::kUser},
    {"gen_ai.conversation.id", Concept::kSession},
    {"session.id", Concept::kSession},
    {"deployment.environment.name", Concept::kEnvironment},
    {"deployment.environment", Concept::kEnvironment},
    {"service.name", Concept::kService},
    {"user_agent.original", Concept::kUserAgent},

    {"gen_ai.usage.input_tokens", Concept::kInputTokens},
    {"gen_ai.usage.prompt_tokens", Concept::kInputTokens},
    {"gen_ai.usage.output_tokens", Concept::kOutputTokens},
    {"gen_ai.usage.completion_tokens", Concept::kOutputTokens},
    {"gen_ai.usage.cache_read.input_tokens", Concept::kCachedTokens},
    {"gen_ai.usage.cache_write.input_tokens", Concept::kCacheWriteTokens},
    {"gen_ai.usage.cache_creation.input_tokens", Concept::kCacheWriteTokens},
    {"anthropic.usage.cache_creation.ephemeral_5m_input_tokens", Concept::kCacheWrite5mTokens},
    {"anthropic.usage.cache_creation.ephemeral_1h_input_tokens", Concept::kCacheWrite1hTokens},
    {"gen_ai.usage.reasoning.output_tokens", Concept::kReasoningTokens},
    {"gen_ai.usage.details.reasoning_tokens", Concept::kReasoningTokens},
    {"gen_ai.usage.audio.input_tokens", Concept::kAudioInputTokens},
    {"gen_ai.usage.audio.output_tokens", Concept::kAudioOutputTokens},
    {"gen_ai.usage.image.input_tokens", Concept::kImageInputTokens},
    {"gen_ai.usage.image.output_tokens", Concept::kImageOutputTokens},
    {"operation.cost", Concept::kCost},
    {"gen_ai.response.time_to_first_chunk", Concept::kFirstTokenSeconds},

    {"error.type", Concept::kErrorType},
    {"exception.type", Concept::kErrorType},
    {"exception.message", Concept::kErrorMessage},
    {"http.response.status_code", Concept::kHttpStatus},
    {"http.status_code", Concept::kHttpStatus},

    {"gen_ai.request.temperature", Concept::kParam, "temperature"},
    {"gen_ai.request.max_tokens", Concept::kParam, "max_tokens"},
    {"gen_ai.request.top_p", Concept::kParam, "top_p"},
    {"gen_ai.request.top_k", Concept::kParam, "top_k"},
    {"gen_ai.request.frequency_penalty", Concept::kParam, "frequency_penalty"},
    {"gen_ai.request.presence_penalty", Concept::kParam, "presence_penalty"},
    {"gen_ai.request.choice.count", Concept::kParam, "n"},
    {"gen_ai.request.seed", Concept::kParam, "seed"},
    {"gen_ai.openai.request.seed", Concept::kParam, "seed"},
    {"gen_ai.request.reasoning.level", Concept::kParam, "reasoning_effort"},
    {"gen_ai.output.type", Concept::kParam, "response_format"},
    {"gen_ai.openai.request.response_format", Concept::kParam, "response_format"},
    {"gen_ai.embeddings.dimension.count", Concept::kParam, "dimensions"},

    {"gen_ai.agent.name", Concept::kAgentName},
    {"gen_ai.tool.name", Concept::kToolName},
    {"mcp.tool.name", Concept::kToolName},
    {"gen_ai.workflow.name", Concept::kWorkflowName},

    {"gen_ai.system_instructions", Concept::kSystem},
    {"gen_ai.tool.definitions", Concept::kTools},
    {"gen_ai.input.messages", Concept::kInput},
    {"gen_ai.prompt", Concept::kInput},
    {"gen_ai.output.messages", Concept::kOutput},
    {"gen_ai.completion", Concept::kOutput},
});

constexpr auto kKinds = std::to_array<KindWord>({
    {"chat", SpanRole::kCall, Operation::kChat},
    {"generate_content", SpanRole::kCall, Operation::kChat},
    {"text_completion", SpanRole::kCall, Operation::kCompletion},
    {"embeddings", SpanRole::kCall, Operation::kEmbedding},
    {"rerank", SpanRole::kCall, Operation::kRerank},
    {"image_generation", SpanRole::kCall, Operation::kImage},
    {"speech", SpanRole::kCall, Operation::kSpeech},
    {"transcription", SpanRole::kCall, Operation::kTranscription},
    {"moderation", SpanRole::kCall, Operation::kModeration},
    {"response", SpanRole::kCall, Operation::kResponse},
    {"responses", SpanRole::kCall, Operation::kResponse},
    {"invoke_agent", SpanRole::kAgent},
    {"create_agent", SpanRole::kAgent},
    {"execute_tool", SpanRole::kTool},
    {"retrieval", SpanRole::kRetriever},
    {"invoke_workflow", SpanRole::kChain},
    {"plan", SpanRole::kChain},
    {"fetch_response", SpanRole::kChain},
});

constexpr auto kEvents = std::to_array<EventRow>({
    {"gen_ai.system.message", Concept::kInput, "system"},
    {"gen_ai.user.message", Concept::kInput, "user"},
    {"gen_ai.assistant.message", Concept::kInput, "assistant"},
    {"gen_ai.tool.message", Concept::kInput, "tool"},
    {"gen_ai.choice", Concept::kOutput},
});

}  // namespace

TraceDialect OpenTelemetryDialect() noexcept {
    return {"opentelemetry", kAttributes, kKinds, kEvents};
}

}  // namespace sightglass::dialect::traces
