// Langfuse's SDKs on OpenTelemetry.
#include <array>

#include "dialect/traces/concept.h"

namespace sightglass::dialect::traces {
namespace {

constexpr auto kAttributes = std::to_array<AttributeRow>({
    {"langfuse.observation.type", Concept::kKind},
    {"langfuse.observation.model.name", Concept::kRequestedModel},
    {"langfuse.user.id", Concept::kUser},
    {"langfuse.session.id", Concept::kSession},
    {"langfuse.environment", Concept::kEnvironment},
    {"langfuse.observation.usage_details", Concept::kUsageMap},
    {"langfuse.observation.cost_details", Concept::kCostMap},
    {"langfuse.observation.completion_start_time", Concept::kFirstTokenTime},
    {"langfuse.observation.level", Concept::kLevel},
    {"langfuse.observation.status_message", Concept::kErrorMessage},
    {"langfuse.observation.model.parameters", Concept::kParamMap},
    {"langfuse.trace.tags", Concept::kTagNames},
    {"langfuse.trace.metadata.*", Concept::kTag},
    {"langfuse.observation.metadata.*", Concept::kTag},
    {"langfuse.trace.name", Concept::kTag, "trace_name"},
    {"langfuse.release", Concept::kTag, "release"},
    {"langfuse.version", Concept::kTag, "version"},
    {"langfuse.observation.prompt.name", Concept::kTag, "prompt_name"},
    {"langfuse.observation.prompt.version", Concept::kTag, "prompt_version"},
    {"langfuse.observation.input", Concept::kInput},
    {"langfuse.observation.output", Concept::kOutput},
});

constexpr auto kKinds = std::to_array<KindWord>({
    {"generation", SpanRole::kCall, Operation::kChat},
    {"span", SpanRole::kChain},
    {"event", SpanRole::kChain},
    {"chain", SpanRole::kChain},
    {"retriever", SpanRole::kRetriever},
    {"guardrail", SpanRole::kGuardrail},
    {"evaluator", SpanRole::kEvaluator},
});

}  // namespace

TraceDialect LangfuseDialect() noexcept {
    return {"langfuse", kAttributes, kKinds};
}

}  // namespace sightglass::dialect::traces
