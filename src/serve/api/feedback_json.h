// Feedback as JSON, as api/openapi.yaml has it.
//
// Thread-safety: pure functions.
#pragma once

#include <vector>

#include "call/feedback.h"
#include "codec/json_writer.h"

namespace sightglass::serve {

/// An object.
void WriteFeedback(codec::JsonWriter& json, const Feedback& feedback);

/// An array of them.
void WriteFeedbackList(codec::JsonWriter& json, const std::vector<Feedback>& all);

}  // namespace sightglass::serve
