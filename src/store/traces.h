// Traces: runs of an application, made of Calls and of the Spans around them. Questions about them and
// their answers; store.h asks.
//
// Thread-safety: plain values; pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "call/call.h"
#include "call/span.h"

namespace sightglass::store {

struct Filter;

/// What a trace's parts are looked for within, before and after its start. Parts that lie further apart
/// count as two runs of one trace id.
inline constexpr Duration kTraceSpan = std::chrono::hours(24);

/// How many names of services and models a summary has.
inline constexpr std::size_t kTraceNamesMax = 20;

/// Which traces a list holds, newest first: those that began in [from, to). The cursor is the last item
/// of the page before.
struct TraceQuery {
    Time from;
    Time to;
    std::vector<Filter>
        filters;  ///< That one of its calls has to meet; none: it need not have calls.

    struct Cursor {
        Time started_at;
        std::string trace_id;
    };

    std::optional<Cursor> before;
    std::size_t limit = 50;
};

/// A trace in a list. Sums are unknown where no call knows its part.
struct TraceSummary {
    std::string trace_id;
    std::string name;  ///< Of its root: the earliest part without a parent, or the earliest of all.
    std::optional<SpanKind> kind;  ///< Of its root; nothing where that is a call.
    Time started_at;
    OptionalTime ended_at;
    std::int64_t calls = 0;
    std::int64_t spans = 0;
    std::int64_t errors = 0;        ///< Calls, as in the metric.
    std::int64_t failed_spans = 0;  ///< Spans whose status is an error.
    OptionalInt input_tokens;
    OptionalInt output_tokens;
    OptionalMoney cost;
    std::vector<std::string> services;  ///< In alphabetical order.
    std::vector<std::string> models;

    friend bool operator==(const TraceSummary&, const TraceSummary&) = default;
};

/// Which trace, and when: a narrow range is found faster.
struct TraceKey {
    std::string trace_id;
    Time from;
    Time to;
    std::size_t parts_max = 2'000;  ///< Of calls, and of spans; the earliest.
};

/// The parts of a trace, each in the order of their starts.
struct Trace {
    std::vector<Call> calls;
    std::vector<Span> spans;
    bool truncated = false;  ///< There are more than parts_max.
};

/// What a call is called as the root of a trace: "chat gpt-4o-mini".
std::string RootNameOf(const Call& call);

}  // namespace sightglass::store
