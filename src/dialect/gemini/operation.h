// What a request line asks for.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "call/enums.h"

namespace sightglass::dialect::gemini {

/// Told by the method behind the path's last colon, so that any prefix does.
Operation OperationOf(std::string_view method, std::string_view path) noexcept;

}  // namespace sightglass::dialect::gemini
