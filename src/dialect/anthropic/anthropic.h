// Anthropic's Messages format, at its own API, at Vertex AI (`…/publishers/anthropic/models/<model>:rawPredict`), and inside
// Bedrock's invocations. One file a part, the same in every dialect: operation, request, headers, response, usage, stream,
// errors, text.
//
// Paths that are none of its model calls (count_tokens, files, a batch's results) are operation `other`: of these only the
// request's model, user and tags and an error are read.
//
// Format: docs/formats/anthropic-dialect.md.
//
// Thread-safety: pure functions; safe for concurrent use.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "codec/json.h"
#include "dialect/dialect.h"

namespace sightglass::dialect::anthropic {

const Dialect& Anthropic() noexcept;

// The parts of it; see Dialect for what each does.

/// Also sets Call::method.
void ReadRequestLine(std::string_view method, std::string_view path, Call& call);
void ReadRequest(const RequestView& request, Call& call);
/// Of a request's body: all but model and stream, which Bedrock and Vertex AI put into the path.
void ReadRequestMembers(codec::JsonValue body, Call& call);
void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call);
void ReadResponseBody(const BodyView& body, Call& call);
/// Of a whole message: id, model, usage, finish reason.
void ReadMessage(codec::JsonValue message, Call& call);
std::unique_ptr<StreamReader> NewStreamReader();
void ReadText(std::string_view name, std::string_view data, AnswerText& text);
std::string
ErrorBody(int http_status, ErrorType type, std::string_view code, std::string_view message);

}  // namespace sightglass::dialect::anthropic
