// Usage: what is billed, and what went through the model, which is more: templates and citations are
// not billed.
//
// Thread-safety: pure functions.
#pragma once

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::cohere {

/// The object that holds the counts: `usage` of version 2, `meta` of version 1.
codec::JsonValue UsageOf(codec::JsonValue root);

/// Sets the token fields and the raw usage text. The billed counts are taken where there are any: the
/// price is for these. cached_tokens counts tokens that are not billed, and stays in the raw text then.
void ReadUsage(codec::JsonValue usage, Call& call);

}  // namespace sightglass::dialect::cohere
