// Counts and durations, which stand among the members of an answer's last object.
//
// Thread-safety: pure function.
#pragma once

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::ollama {

/// Sets the token fields, the provider's own duration and the raw usage text. A prompt that was in the
/// cache as a whole is not counted by Ollama: its tokens stay unknown.
void ReadUsage(codec::JsonValue answer, Call& call);

}  // namespace sightglass::dialect::ollama
