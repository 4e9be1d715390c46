// Feedback as bytes: what the journal carries. Format: docs/formats/feedback-encoding.md. Old versions stay readable.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "call/feedback.h"

namespace sightglass {

/// Appends the bytes.
void EncodeFeedback(const Feedback& feedback, std::string& bytes);

/// Reads what EncodeFeedback wrote, by this or an earlier version of the program. kCorrupt otherwise.
Result<Feedback> DecodeFeedback(std::string_view bytes);

}  // namespace sightglass
