// What whole answers and the chunks of streams have in common.
//
// Thread-safety: pure functions.
#pragma once

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::gemini {

/// Of a GenerateContentResponse, whole or a chunk: id, model, usage, finish reason. True where it says that it is the last one.
bool ReadContentResponse(codec::JsonValue root, Call& call);

/// Of an interaction, and of what its stream says of it. True where it has come to its end.
bool ReadInteraction(codec::JsonValue interaction, Call& call);

}  // namespace sightglass::dialect::gemini
