// OpenAI's wire format, and everything that is compatible with it: Azure OpenAI, Groq, DeepSeek,
// Mistral, OpenRouter, … One file a part, the same in every dialect: operation, request, headers,
// response, usage, stream, errors.
//
// Paths that are none of OpenAI's model calls are operation `other`: of these only the request's
// model, user and tags and an error are read, so that the look-up of a stored response, which
// repeats its usage, is not counted as a call to a model. A background response is known to be
// queued when its call ends; its tokens stay unknown.
//
// Format: docs/formats/openai-dialect.md.
//
// Thread-safety: pure functions; safe for concurrent use.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dialect/dialect.h"

namespace sightglass::dialect::openai {

const Dialect& OpenAi() noexcept;

// The parts of it; see Dialect for what each does.

/// Also sets Call::method.
void ReadRequestLine(std::string_view method, std::string_view path, Call& call);
void ReadRequest(const RequestView& request, Call& call);
void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call);
void ReadResponseBody(const BodyView& body, Call& call);
std::unique_ptr<StreamReader> NewStreamReader();
void ReadText(std::string_view name, std::string_view data, AnswerText& text);
std::string
ErrorBody(int http_status, ErrorType type, std::string_view code, std::string_view message);

}  // namespace sightglass::dialect::openai
