// Cohere's own wire format, versions 1 and 2: chat, generate, embed, rerank. Streams of version 2 are
// server-sent events, those of version 1 lines of JSON. Others answer in OpenAI's format on the same
// paths (Writer's /v1/chat, rerankers' /v1/rerank): what has that shape is read so.
//
// Format: docs/formats/cohere-dialect.md.
//
// Thread-safety: pure functions; safe for concurrent use.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dialect/dialect.h"

namespace sightglass::dialect::cohere {

const Dialect& Cohere() noexcept;

// The parts of it; see Dialect for what each does.

/// Also sets Call::method.
void ReadRequestLine(std::string_view method, std::string_view path, Call& call);
void ReadRequest(const RequestView& request, Call& call);
void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call);
void ReadResponseBody(const BodyView& body, Call& call);
std::unique_ptr<StreamReader> NewStreamReader();
void ReadText(std::string_view name, std::string_view data, AnswerText& text);

}  // namespace sightglass::dialect::cohere
