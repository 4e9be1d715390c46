// A span that is no call, as a step of the run around calls.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "call/call.h"
#include "call/span.h"
#include "dialect/traces/concept.h"

namespace sightglass::dialect::traces {

/// What a step is called.
/// Thread-safety: plain value of views.
struct StepNames {
    std::string_view name;     ///< The span's.
    std::string_view subject;  ///< SpanReader::NamedThing.
};

/// kOther for a role that is no step.
SpanKind KindOf(SpanRole role) noexcept;

/// `read` is what SpanReader::Read or ReadOther have filled, cleaned.
Span MakeSpan(const Call& read, SpanKind kind, const StepNames& names);

}  // namespace sightglass::dialect::traces
