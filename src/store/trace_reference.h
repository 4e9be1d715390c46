// What a list of traces and a trace are, over Calls and Spans in memory; an engine's SQL has to say the
// same.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace sightglass::store {

/// Of parts that have a start, all of one trace.
TraceSummary SummaryOf(
    const std::string& trace_id,
    const std::vector<const Call*>& calls,
    const std::vector<const Span*>& spans
);

std::vector<TraceSummary> TracesFrom(
    const std::vector<const Call*>& calls,
    const std::vector<const Span*>& spans,
    const TraceQuery& query
);

/// kNotFound where there is nothing of it.
Result<Trace> TraceFrom(
    const std::vector<const Call*>& calls,
    const std::vector<const Span*>& spans,
    const TraceKey& key
);

}  // namespace sightglass::store
