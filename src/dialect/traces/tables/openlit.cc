// OpenLIT: what it has beside OpenTelemetry's names.
#include <array>

#include "dialect/traces/concept.h"

namespace sightglass::dialect::traces {
namespace {

constexpr auto kAttributes = std::to_array<AttributeRow>({
    {"gen_ai.usage.cost", Concept::kCost},
    {"gen_ai.environment", Concept::kEnvironment},
    {"gen_ai.application_name", Concept::kService},
    {"gen_ai.endpoint", Concept::kEndpoint},
    {"gen_ai.request.user", Concept::kUser},
    {"gen_ai.request.is_stream", Concept::kStream},
    {"gen_ai.server.time_to_first_token", Concept::kFirstTokenSeconds},
    {"gen_ai.content.prompt", Concept::kInput},
    {"gen_ai.content.completion", Concept::kOutput},
});

constexpr auto kKinds = std::to_array<KindWord>({
    {"image", SpanRole::kCall, Operation::kImage},
    {"audio", SpanRole::kCall, Operation::kSpeech},
    {"vectordb", SpanRole::kRetriever},
    {"framework", SpanRole::kChain},
});

constexpr auto kEvents = std::to_array<EventRow>({
    {"gen_ai.content.prompt", Concept::kInput},
    {"gen_ai.content.completion", Concept::kOutput},
});

}  // namespace

TraceDialect OpenLitDialect() noexcept {
    return {"openlit", kAttributes, kKinds, kEvents};
}

}  // namespace sightglass::dialect::traces
