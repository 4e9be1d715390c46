// What whole answers and the objects inside streams have in common.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::openai {

/// Response id, model, service tier: what a chunk and a whole answer both carry.
void ReadIdentity(codec::JsonValue root, Call& call);

/// Usage and the state of a `response` object (Responses API): finish reason, error.
void ReadResponseObject(codec::JsonValue response, Call& call);

}  // namespace sightglass::dialect::openai
