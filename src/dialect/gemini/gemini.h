// Google's Gemini format, at its own API and at Vertex AI: generateContent, streamGenerateContent (server-sent events, or one
// array), embedContent, predict, and the interactions. One file a part, the same in every dialect: operation, request, headers,
// response, usage, stream, errors, text.
//
// Paths that are none of its model calls (countTokens, files, cached contents) are operation `other`: of these only the request's
// model and tags and an error are read.
//
// Format: docs/formats/gemini-dialect.md.
//
// Thread-safety: pure functions; safe for concurrent use.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dialect/dialect.h"

namespace sightglass::dialect::gemini {

const Dialect& Gemini() noexcept;

// The parts of it; see Dialect for what each does.

/// Also sets Call::method.
void ReadRequestLine(std::string_view method, std::string_view path, Call& call);
void ReadRequest(const RequestView& request, Call& call);
void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call);
codec::StreamFormat FormatOf(std::string_view content_type, const Call& call);
void ReadResponseBody(const BodyView& body, Call& call);
std::unique_ptr<StreamReader> NewStreamReader();
void ReadText(std::string_view name, std::string_view data, AnswerText& text);
std::string
ErrorBody(int http_status, ErrorType type, std::string_view code, std::string_view message);

}  // namespace sightglass::dialect::gemini
