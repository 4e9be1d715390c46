// Usage objects: every spelling of "so many tokens".
//
// Thread-safety: pure functions.
#pragma once

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::openai {

/// Sets the token fields, the stated cost, token_source and the raw usage text from a usage object,
/// replacing what an earlier one said: within a stream usage is repeated and cumulative.
/// `tool_usage`, its sibling, is kept inside the raw text. Objects in a format that counts
/// otherwise (Anthropic's, whose input leaves cached tokens out) are kept as text only.
void ReadUsage(codec::JsonValue usage, codec::JsonValue tool_usage, Call& call);

/// The usage object of a body or a chunk, wherever it stands; absent where there is none.
codec::JsonValue UsageOf(codec::JsonValue root);

}  // namespace sightglass::dialect::openai
