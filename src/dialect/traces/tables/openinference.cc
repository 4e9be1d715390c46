// OpenInference (Arize Phoenix). Its prompt count holds cached tokens.
#include <array>

#include "dialect/traces/concept.h"

namespace sightglass::dialect::traces {
namespace {

constexpr auto kAttributes = std::to_array<AttributeRow>({
    {"openinference.span.kind", Concept::kKind},
    {"llm.provider", Concept::kProvider},
    {"llm.system", Concept::kProvider},
    {"llm.request.model_name", Concept::kRequestedModel},
    {"llm.model_name", Concept::kRequestedModel},
    {"embedding.model_name", Concept::kRequestedModel},
    {"reranker.model_name", Concept::kRequestedModel},
    {"llm.response.model_name", Concept::kModel},
    {"llm.finish_reason", Concept::kFinishReason},
    {"openinference.project.name", Concept::kProject},

    {"llm.token_count.prompt", Concept::kInputTokens},
    {"llm.token_count.completion", Concept::kOutputTokens},
    {"llm.token_count.total", Concept::kTotalTokens},
    {"llm.token_count.prompt_details.cache_read", Concept::kCachedTokens},
    {"llm.token_count.prompt_details.cache_write", Concept::kCacheWriteTokens},
    {"llm.token_count.prompt_details.audio", Concept::kAudioInputTokens},
    {"llm.token_count.completion_details.reasoning", Concept::kReasoningTokens},
    {"llm.token_count.completion_details.audio", Concept::kAudioOutputTokens},
    {"llm.cost.total", Concept::kCost},

    {"llm.invocation_parameters", Concept::kParamMap},
    {"metadata", Concept::kTagMap},
    {"tag.tags", Concept::kTagNames},
    {"agent.name", Concept::kAgentName},
    {"tool.name", Concept::kToolName},
    {"graph.node.name", Concept::kWorkflowName},

    {"input.value", Concept::kInput},
    {"output.value", Concept::kOutput},
    {"llm.input_messages.*", Concept::kInputPart},
    {"llm.output_messages.*", Concept::kOutputPart},
    {"llm.prompts.*", Concept::kInputPart},
    {"llm.choices.*", Concept::kOutputPart},
});

constexpr auto kKinds = std::to_array<KindWord>({
    {"LLM", SpanRole::kCall, Operation::kChat},
    {"EMBEDDING", SpanRole::kCall, Operation::kEmbedding},
    {"RERANKER", SpanRole::kCall, Operation::kRerank},
    {"AGENT", SpanRole::kAgent},
    {"CHAIN", SpanRole::kChain},
    {"PROMPT", SpanRole::kChain},
    {"UNKNOWN", SpanRole::kChain},
    {"TOOL", SpanRole::kTool},
    {"RETRIEVER", SpanRole::kRetriever},
    {"GUARDRAIL", SpanRole::kGuardrail},
    {"EVALUATOR", SpanRole::kEvaluator},
});

}  // namespace

TraceDialect OpenInferenceDialect() noexcept {
    return {"openinference", kAttributes, kKinds};
}

}  // namespace sightglass::dialect::traces
