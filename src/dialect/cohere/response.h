// What whole answers and the last events of streams have in common.
//
// Thread-safety: pure functions.
#pragma once

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::cohere {

/// Whether an answer or an event has OpenAI's shape.
bool IsOpenAiShape(codec::JsonValue root) noexcept;

/// Response id, finish reason, usage. False where the reason is a failure.
bool ReadAnswer(codec::JsonValue root, Call& call);

}  // namespace sightglass::dialect::cohere
