// What feedback is about, put together.
#pragma once

#include <string>

#include "store/feedback.h"

namespace sightglass::store {

/// Adds the answer, the trace and the session that are known: an empty id is none.
/// Thread-safety: pure.
void AddSubjects(
    const std::string& provider_response_id,
    const std::string& trace_id,
    const std::string& session_id,
    FeedbackSubjects& about
);

}  // namespace sightglass::store
