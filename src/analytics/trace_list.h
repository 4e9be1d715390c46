// Lists of traces: text in, a checked TraceQuery out, and the cursor that leads to the next page.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

inline constexpr std::int64_t kDefaultPageTraces = 50;
inline constexpr std::int64_t kPageTracesMax = 200;

struct TraceListText {
    std::string from = "";  ///< Empty: -24h.
    std::string to = "";    ///< Empty: now.
    std::vector<std::string> filters = {};
    std::optional<std::int64_t> limit = {};  ///< Traces on the page.
    std::string cursor = "";                 ///< Of the page before; empty for the first.
};

/// kInvalidArgument as ParseQuestion.
Result<store::TraceQuery> ParseTraceList(
    const TraceListText& text,
    Time now,
    std::vector<std::string_view>* allowed = nullptr
);

/// A page and what leads to the next.
struct TracePage {
    std::vector<store::TraceSummary> traces;  ///< Newest first.
    std::string next;                         ///< Empty on the last page.
};

Result<TracePage> ListTraces(const store::TraceQuery& query, const store::Store& store);

/// One trace; both ends of the time may be empty.
Result<store::TraceKey>
ParseTraceKey(std::string_view trace_id, std::string_view from, std::string_view to, Time now);

}  // namespace sightglass::analytics
