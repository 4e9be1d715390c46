// Errors: {"id":"…","message":"…"}, and finish reasons that are errors.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::cohere {

ErrorType ClassifyError(int http_status, std::string_view message) noexcept;

/// Marks the Call as failed from the body of an error.
void ReadError(codec::JsonValue root, int http_status, Call& call);

/// Marks the Call as failed where its answer ended for a reason that is a failure, and says whether it
/// is one. `message` is what the provider says of it, if anything.
bool ReadFailedFinish(std::string_view reason, std::string_view message, Call& call);

std::string ErrorBody(std::string_view message);

}  // namespace sightglass::dialect::cohere
