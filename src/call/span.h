// A Span: one step of the run that calls stand in, as a tracing library told of it. It is light: enough
// to draw the run as a tree, and to say in what a call had its place. Calls are not Spans: they have
// their place in a trace in their own fields.
//
// Thread-safety: plain value; pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "call/call.h"

namespace sightglass {

/// What a step does. Stored values never change: new ones are added at the end.
enum class SpanKind : std::uint8_t {
    kAgent,
    kChain,
    kTool,
    kRetriever,
    kGuardrail,
    kEvaluator,
    kOther,  ///< No work of models itself: it stands between such work and the root of its trace.
    kCount_
};

/// The stable lower-case name: "agent", "other".
std::string_view ToString(SpanKind kind) noexcept;
std::optional<SpanKind> ParseSpanKind(std::string_view name) noexcept;

/// Empty texts and missing times are unknown, as in a Call.
struct Span {
    Uuid id;               ///< Made of its trace id, its span id and its start (docs/otlp.md).
    std::string trace_id;  ///< 32 hexadecimal digits, as of a Call.
    std::string span_id;   ///< 16.
    std::string parent_span_id;
    std::optional<Source> source;
    std::optional<SpanKind> kind;
    std::string name;     ///< As the library has it: "execute_tool weather", "ai.toolCall".
    std::string subject;  ///< The tool, agent or workflow that it names.
    std::string service;
    OptionalTime started_at;
    OptionalTime ended_at;
    std::optional<CallStatus> status;
    std::string error_message;

    friend bool operator==(const Span&, const Span&) = default;
};

}  // namespace sightglass
