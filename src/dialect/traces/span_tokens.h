// Token counts of a span, brought into the Call's disjoint buckets.
//
// Thread-safety: pure function but for the parser.
#pragma once

#include "call/call.h"
#include "codec/json.h"
#include "dialect/traces/span_fields.h"

namespace sightglass::dialect::traces {

/// OpenTelemetry's input holds cached tokens, and so do most dialects'. A total that only adds up
/// without them, or parts that are more than the whole, show one that does not.
/// Langfuse's usage is a map of buckets that hold nothing twice.
void ReadTokens(const SpanFields& fields, codec::JsonParser& json, Call& call);

/// What it cost in dollars, where the span says so.
void ReadCost(const SpanFields& fields, codec::JsonParser& json, Call& call);

}  // namespace sightglass::dialect::traces
