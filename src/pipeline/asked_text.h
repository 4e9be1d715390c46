// What of a request says what it is for: the user's last words and the system's prompt.
#pragma once

#include <optional>
#include <string>

#include "classify/scenarios.h"
#include "pipeline/request_messages.h"

namespace sightglass::pipeline {

/// Views into the request's messages, or into `buffer`. Nothing where there are no words. A reply of few words is read together
/// with the user's words before it.
/// Thread-safety: pure function.
std::optional<classify::AskedText> AskedTextOf(const RequestMessages& request, std::string& buffer);

/// Whether the request continues a step of an agent: what it ends with is a tool's result.
/// Thread-safety: pure function.
bool EndsWithToolResult(const RequestMessages& request);

}  // namespace sightglass::pipeline
