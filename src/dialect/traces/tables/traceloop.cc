// Traceloop's OpenLLMetry: its own names beside OpenTelemetry's.
#include <array>

#include "dialect/traces/concept.h"

namespace sightglass::dialect::traces {
namespace {

constexpr auto kAttributes = std::to_array<AttributeRow>({
    {"llm.request.type", Concept::kKind},
    {"traceloop.span.kind", Concept::kKind},
    {"llm.is_streaming", Concept::kStream},
    {"gen_ai.is_streaming", Concept::kStream},
    {"gen_ai.completion.0.finish_reason", Concept::kFinishReason},
    {"traceloop.association.properties.user_id", Concept::kUser},
    {"llm.user", Concept::kUser},
    {"gen_ai.user", Concept::kUser},
    {"traceloop.association.properties.session_id", Concept::kSession},
    {"traceloop.association.properties.*", Concept::kTag},
    {"traceloop.entity.name", Concept::kToolName},
    {"traceloop.workflow.name", Concept::kWorkflowName},

    {"llm.usage.total_tokens", Concept::kTotalTokens},
    {"gen_ai.usage.total_tokens", Concept::kTotalTokens},
    {"gen_ai.usage.cache_read_input_tokens", Concept::kCachedTokens},
    {"gen_ai.usage.cache_creation_input_tokens", Concept::kCacheWriteTokens},
    {"gen_ai.usage.reasoning_tokens", Concept::kReasoningTokens},

    {"gen_ai.request.reasoning_effort", Concept::kParam, "reasoning_effort"},
    {"llm.frequency_penalty", Concept::kParam, "frequency_penalty"},
    {"llm.presence_penalty", Concept::kParam, "presence_penalty"},
    {"llm.top_k", Concept::kParam, "top_k"},

    {"gen_ai.prompt.*", Concept::kInputPart},
    {"gen_ai.completion.*", Concept::kOutputPart},
    {"traceloop.entity.input", Concept::kInput},
    {"traceloop.entity.output", Concept::kOutput},
});

constexpr auto kKinds = std::to_array<KindWord>({
    {"completion", SpanRole::kCall, Operation::kCompletion},
    {"embedding", SpanRole::kCall, Operation::kEmbedding},
    {"workflow", SpanRole::kChain},
    {"task", SpanRole::kChain},
    {"agent", SpanRole::kAgent},
    {"tool", SpanRole::kTool},
});

constexpr auto kEvents = std::to_array<EventRow>({
    {"llm.content.completion.chunk", Concept::kFirstTokenTime},
});

}  // namespace

TraceDialect TraceloopDialect() noexcept {
    return {"traceloop", kAttributes, kKinds, kEvents};
}

}  // namespace sightglass::dialect::traces
