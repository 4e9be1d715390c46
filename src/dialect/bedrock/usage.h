// Bedrock's own usage objects: input leaves out what was read from a cache and written to one.
//
// Thread-safety: pure functions.
#pragma once

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::bedrock {

/// Sets the token fields, token_source and the raw usage text from the `usage` of Converse and of the Nova models, or from
/// `amazon-bedrock-invocationMetrics`.
void ReadUsage(codec::JsonValue usage, Call& call);

}  // namespace sightglass::dialect::bedrock
