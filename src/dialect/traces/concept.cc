#include "dialect/traces/concept.h"

#include <array>

namespace sightglass::dialect::traces {

std::string_view ToString(SpanRole role) noexcept {
    constexpr std::array<std::string_view, static_cast<std::size_t>(SpanRole::kCount_)> kNames =
        {"none", "call", "agent", "chain", "tool", "retriever", "guardrail", "evaluator"};
    return kNames[static_cast<std::size_t>(role)];
}

std::span<const TraceDialect> Dialects() noexcept {
    static const std::array<TraceDialect, 6> dialects = {
        VercelDialect(),
        OpenTelemetryDialect(),
        OpenInferenceDialect(),
        TraceloopDialect(),
        LangfuseDialect(),
        OpenLitDialect()};
    return dialects;
}

}  // namespace sightglass::dialect::traces
