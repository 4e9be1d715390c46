// The cursor of a list: the time of the last item, as sixteen hexadecimal digits that sort as the times do, and its id.
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

/// Where a list goes on whose items have a text as their id.
struct TextCursor {
    Time time;
    std::string id;
};

std::string WriteTextCursor(Time time, std::string_view id);

/// Nothing for what WriteTextCursor did not write.
std::optional<TextCursor> ReadTextCursor(std::string_view text);

}  // namespace sightglass::analytics
