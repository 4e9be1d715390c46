// Anthropic's usage objects: input_tokens leaves out what was read from a cache and written to one.
//
// Thread-safety: pure functions.
#pragma once

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::anthropic {

/// Sets the token fields, token_source and the raw usage text from a usage object. Within a stream usage is repeated, cumulative and
/// in parts: members that are not null replace what an earlier object said.
void ReadUsage(codec::JsonValue usage, Call& call);

}  // namespace sightglass::dialect::anthropic
