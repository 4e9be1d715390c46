// What a request line asks for.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "call/enums.h"

namespace sightglass::dialect::bedrock {

/// Told by the end of the path, and for invocations by the model's name.
Operation OperationOf(std::string_view method, std::string_view path);

/// The model that a path names: an id, or the ARN of a profile, decoded.
std::string ModelOf(std::string_view path);

}  // namespace sightglass::dialect::bedrock
