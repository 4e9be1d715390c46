// What a simulated model says to a prompt: prose in the language of the question, JSON where a
// format asks for it, or a call of one of the tools on offer.
//
// Thread-safety: pure functions; the Random passed in belongs to the caller.
#pragma once

#include <string>
#include <vector>

#include "app/demo/generation.h"
#include "app/demo/prompt.h"
#include "codec/json.h"

namespace sightglass::demo {

/// A call of one of the request's tools with made-up arguments, or none: where it offers no tools,
/// forbids them, or by chance.
std::vector<ToolCall> CallTools(const Prompt& prompt, codec::JsonValue request, Random& random);

/// About `tokens` tokens.
std::string
AnswerText(const Prompt& prompt, codec::JsonValue request, std::int64_t tokens, Random& random);

/// `{"object":"list",…}` with one vector an input: as numbers, or base64 where the request asks for
/// that.
std::string EmbeddingBody(codec::JsonValue request, std::string_view model, std::int64_t tokens);

}  // namespace sightglass::demo
