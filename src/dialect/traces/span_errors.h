// What traces say of a failure, in the closed list of the Call.
//
// Thread-safety: pure functions over plain values.
#pragma once

#include <string_view>

#include "call/call.h"

namespace sightglass::dialect::traces {

/// Thread-safety: plain value of views.
struct FailureWords {
    std::string_view type;     ///< An exception's class, an HTTP status or a provider's code.
    std::string_view message;  ///< OpenAI's clients begin it with the HTTP status.
    OptionalInt http_status;
};

/// Marks the Call as failed, and says why as far as the words tell.
void ReadFailure(const FailureWords& words, Call& call);

}  // namespace sightglass::dialect::traces
