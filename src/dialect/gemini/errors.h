// Google's error objects, and what kind of failure they are.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::gemini {

/// Whether it is an object with `error.status`, or `error.code` as a number.
bool IsGoogleError(codec::JsonValue root) noexcept;

/// Marks the Call as failed from `{"error":{"code","message","status","details"}}`.
void ReadError(codec::JsonValue root, int http_status, Call& call);

/// The same from a body that is no JSON.
void ReadErrorText(std::string_view body, int http_status, Call& call);

}  // namespace sightglass::dialect::gemini
