// Ollama's own wire format: /api/chat, /api/generate, /api/embed, /api/embeddings. A streamed answer,
// which is what a request gets that asks for nothing else, is newline-delimited JSON. Its OpenAI- and
// Anthropic-compatible paths are read by those dialects.
//
// Format: docs/formats/ollama-dialect.md.
//
// Thread-safety: pure functions; safe for concurrent use.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dialect/dialect.h"

namespace sightglass::dialect::ollama {

const Dialect& Ollama() noexcept;

// The parts of it; see Dialect for what each does.

/// Also sets Call::method.
void ReadRequestLine(std::string_view method, std::string_view path, Call& call);
void ReadRequest(const RequestView& request, Call& call);
void ReadResponseBody(const BodyView& body, Call& call);
std::unique_ptr<StreamReader> NewStreamReader();
void ReadText(std::string_view name, std::string_view data, AnswerText& text);

}  // namespace sightglass::dialect::ollama
