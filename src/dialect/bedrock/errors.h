// AWS exceptions, and what kind of failure they are.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::bedrock {

/// "ThrottlingException" of "com.amazon.coral.service#ThrottlingException:http://…".
std::string_view WithoutNamespace(std::string_view type) noexcept;

/// Marks the Call as failed from an error's body, whose type Call::error_code may know from the headers.
void ReadError(codec::JsonValue root, int http_status, Call& call);

/// The same from a body that is no JSON.
void ReadErrorText(std::string_view body, int http_status, Call& call);

/// The same from an exception within a stream: its type, and its message or the object that holds it.
void ReadException(std::string_view type, std::string_view data, Call& call);

}  // namespace sightglass::dialect::bedrock
