// Error objects, and what kind of failure they are.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::anthropic {

/// Marks the Call as failed from `{"type":"error","error":{…}}`, or what Vertex AI says itself.
void ReadError(codec::JsonValue root, int http_status, Call& call);

/// The same from a body that is no JSON.
void ReadErrorText(std::string_view body, int http_status, Call& call);

/// Whether an event or a body of status 200 is an error.
bool CarriesError(codec::JsonValue root) noexcept;

}  // namespace sightglass::dialect::anthropic
