// Traces read from the database: lists and single ones.
//
// Included by this folder's .cc files only.
#pragma once

#include <vector>

#include "base/result.h"
#include "store/duckdb/expressions.h"
#include "store/duckdb/handle.h"
#include "store/store.h"

namespace sightglass::store {

/// Where to read, and until when.
/// Thread-safety: plain value.
struct TraceSource {
    duckdb_connection connection;
    const Sources& sources;
    SteadyTime deadline;
};

/// `newest`: no part began later.
Result<std::vector<TraceSummary>>
ReadTraces(const TraceSource& source, const TraceQuery& query, Time newest);

/// kNotFound where there is nothing of it. `columns` are those of the file's calls.
Result<Trace>
ReadTrace(const TraceSource& source, const TraceKey& key, const std::vector<const Field*>& columns);

}  // namespace sightglass::store
