// What whole answers and the lines of streams have in common.
//
// Thread-safety: pure function.
#pragma once

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::ollama {

/// Model, finish reason and usage of an answer's only or last object.
void ReadAnswer(codec::JsonValue answer, Call& call);

}  // namespace sightglass::dialect::ollama
