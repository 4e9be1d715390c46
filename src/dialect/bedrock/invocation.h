// What InvokeModel answers: each model family's own object, whole or as the chunks of a stream.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::bedrock {

/// Whether it is a message of Anthropic's, or an event of one's stream.
bool IsAnthropic(codec::JsonValue root) noexcept;

/// The text that a chunk, or a whole answer of a family other than Anthropic's and Amazon's Nova holds; empty where it has none.
std::string_view TextOfInvocation(codec::JsonValue root) noexcept;

/// Id, model, usage and finish reason of such an object. True where it is the last of its stream.
bool ReadInvocation(codec::JsonValue root, Call& call);

/// The counts that Bedrock adds to the last chunk of any family, where its own format told none.
void ReadInvocationMetrics(codec::JsonValue root, Call& call);

}  // namespace sightglass::dialect::bedrock
