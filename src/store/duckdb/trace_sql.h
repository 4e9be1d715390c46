// Questions about traces as SQL. The text consists of constants; every value is bound.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "store/duckdb/expressions.h"
#include "store/duckdb/handle.h"
#include "store/store.h"

namespace sightglass::store {

/// Traces that began in [query.from, query.to). Columns: trace_id, start in µs since 1970; newest first.
Sql TraceHeadsSql(const TraceQuery& query, const Sources& sources);

/// Some traces, and when their parts began.
struct TraceSet {
    std::vector<std::string> trace_ids;
    Time from;
    Time to;
};

/// One row a trace. Columns: trace_id, parts, failed parts, start, end (µs), root key, root's name,
/// services; of calls then models, input tokens, output tokens, cost in nano-dollars; of spans then
/// the root's kind. Of two roots the one with the lower key is the trace's; of equal ones the span.
/// Names are separated by kTraceNameEnd.
Sql TraceCallSumsSql(const TraceSet& traces, const Sources& sources);
Sql TraceSpanSumsSql(const TraceSet& traces, const Sources& sources);

inline constexpr char kTraceNameEnd = '\x1f';

/// Calls or spans of one trace, the earliest first, one more than parts_max.
Sql TraceCallsSql(
    const TraceKey& key,
    const std::vector<const Field*>& columns,
    const Sources& sources
);
Sql TraceSpansSql(const TraceKey& key, const Sources& sources);

}  // namespace sightglass::store
