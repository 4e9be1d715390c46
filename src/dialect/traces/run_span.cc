#include "dialect/traces/run_span.h"

#include "dialect/call_fields.h"

namespace sightglass::dialect::traces {

SpanKind KindOf(SpanRole role) noexcept {
    switch (role) {
        case SpanRole::kAgent:
            return SpanKind::kAgent;
        case SpanRole::kChain:
            return SpanKind::kChain;
        case SpanRole::kTool:
            return SpanKind::kTool;
        case SpanRole::kRetriever:
            return SpanKind::kRetriever;
        case SpanRole::kGuardrail:
            return SpanKind::kGuardrail;
        case SpanRole::kEvaluator:
            return SpanKind::kEvaluator;
        default:
            return SpanKind::kOther;
    }
}

Span MakeSpan(const Call& read, SpanKind kind, const StepNames& names) {
    Span span;
    span.id = read.call_id;
    span.trace_id = read.trace_id;
    span.span_id = read.span_id;
    span.parent_span_id = read.parent_span_id;
    span.source = read.source;
    span.kind = kind;
    Assign(span.name, names.name);
    Assign(span.subject, names.subject);
    span.service = read.service;
    span.started_at = read.started_at ? read.started_at : read.ended_at;
    span.ended_at = read.ended_at;
    span.status = read.status;
    span.error_message = read.error_message;
    return span;
}

}  // namespace sightglass::dialect::traces
