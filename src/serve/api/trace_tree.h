// The parts of a trace as a tree: what each stands in.
//
// Thread-safety: plain values; pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "store/traces.h"

namespace sightglass::serve {

/// A call or a span in its place; one of the two is null. They belong to the Trace.
struct TraceNode {
    const Call* call = nullptr;
    const Span* span = nullptr;
    std::optional<std::size_t> parent;  ///< Index; nothing at the top.
    std::size_t depth = 0;
    std::vector<std::string> sources;  ///< That told of the call.
};

/// Each part once, a parent before its children, those of one parent in the order of their starts.
///
/// A call that was joined of several records stands where the outermost of them stood, and is the
/// parent of what stood in any of them. A call that the gateway alone saw stands in the span that its
/// `traceparent` names. What names no parent that is here stands at the top, and so does the earliest
/// part of a circle.
std::vector<TraceNode> MakeTree(const store::Trace& trace);

}  // namespace sightglass::serve
