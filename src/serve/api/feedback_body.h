// What a request that gives feedback says in its body.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "call/feedback.h"

namespace sightglass::serve {

/// A score that is a boolean, or that is missing beside a label, is what docs/feedback.md says. An id and a time may be missing.
/// kCorrupt where it is no JSON, kInvalidArgument with the member and what is allowed.
Result<Feedback> ReadFeedbackBody(std::string_view body, Time now);

}  // namespace sightglass::serve
