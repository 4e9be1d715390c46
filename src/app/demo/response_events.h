// The Responses API's object and its stream of events.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/demo/generation.h"

namespace sightglass::demo {

enum class ResponseState : std::uint8_t { kInProgress, kEnded };

/// The response object (JSON): without output and usage while it is in progress.
std::string ResponseObject(const Generation& generation, ResponseState state);

/// From response.created to response.completed or .incomplete, as server-sent events.
std::vector<std::string> ResponseEvents(const Generation& generation);

}  // namespace sightglass::demo
