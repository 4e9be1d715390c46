// The JSON form of a question.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analytics/question.h"
#include "base/result.h"
#include "net/http_server.h"

namespace sightglass::serve {

/// kInvalidArgument (or kCorrupt, for what is not JSON) says what is not as api/openapi.yaml has it; where a member's name
/// was wrong, `allowed` gets the right ones.
Result<analytics::QuestionText>
ReadQueryBody(const std::string& body, std::vector<std::string_view>* allowed);

/// The problem document of a question that was refused.
net::HttpResponse BadQuestion(const Error& error, const std::vector<std::string_view>& allowed);

}  // namespace sightglass::serve
