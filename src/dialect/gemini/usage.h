// Google's usage: cached tokens are inside the prompt, what tools added to the prompt and what was thought are beside it.
//
// Thread-safety: pure functions.
#pragma once

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::gemini {

/// Sets the token fields, token_source and the raw usage text from `usageMetadata`, or an interaction's `usage`. Within a stream
/// usage is repeated and cumulative: an object replaces the one before, or where it has no total, its members do.
void ReadUsage(codec::JsonValue usage, Call& call);

/// The same from the answer of Vertex AI's `predict`, whose embeddings count their own tokens.
void ReadPredictions(codec::JsonValue predictions, Call& call);

}  // namespace sightglass::dialect::gemini
