// Evaluations as OpenTelemetry's GenAI conventions have them (the event gen_ai.evaluation.result), read as Feedback.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "call/feedback.h"
#include "dialect/traces/otlp.h"

namespace sightglass::dialect::traces {

inline constexpr std::string_view kEvaluationEvent = "gen_ai.evaluation.result";

/// Nothing where it says nothing, or not of what. The same log record makes the same feedback, with the same id.
std::optional<Feedback> ReadEvaluation(const LogView& log, Time received_at);

}  // namespace sightglass::dialect::traces
