// Errors, which are one text: {"error":"model 'x' not found"}.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "call/call.h"

namespace sightglass::dialect::ollama {

/// By words of the message first, where the status says less; 0 stands for an error inside a stream.
ErrorType ClassifyError(int http_status, std::string_view message) noexcept;

/// Marks the Call as failed with that message.
void ReadError(std::string_view message, int http_status, Call& call);

std::string ErrorBody(std::string_view message);

}  // namespace sightglass::dialect::ollama
