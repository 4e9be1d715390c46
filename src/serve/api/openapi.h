// The OpenAPI document that is built into the program.
//
// Thread-safety: pure function.
#pragma once

#include <string>

namespace sightglass::serve {

/// As JSON.
std::string OpenApiJson();

}  // namespace sightglass::serve
