// The time in the cursor of a list: sixteen hexadecimal digits at its start, which sort as the times do.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sightglass::analytics {

std::string WriteCursorTime(Time time);

/// Takes the time off the front of a cursor; nothing where none stands there.
std::optional<Time> TakeCursorTime(std::string_view& cursor);

}  // namespace sightglass::analytics
