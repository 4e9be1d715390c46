// Reading the text of a setting. What is not allowed is an error without a message: whoever knows the setting's name says
// what is allowed.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

namespace sightglass::app {

inline constexpr std::string_view kDurationAllowed =
    "a duration above zero, as in 500ms, 10s or 5m";

inline Error NotAllowed() {
    return Error{ErrorCode::kInvalidArgument, ""};
}

/// "500ms", "10s", "5m": more than nothing.
Status ReadDuration(std::string_view text, Duration& out);

/// "64KiB", "16MiB", "4GiB", or bytes.
Status ReadSize(std::string_view text, std::size_t& out);

/// Names between commas.
Status ReadList(std::string_view text, std::vector<std::string>& out);

/// "20%": 0 to 100.
Status ReadPercent(std::string_view text, int& out);

/// "true" or "false".
Status ReadBool(std::string_view text, bool& out);

template <typename Number>
Status ReadCount(std::string_view text, Number least, Number most, Number& out) {
    const auto number = ParseInt(text);
    if (!number || *number < static_cast<std::int64_t>(least) ||
        *number > static_cast<std::int64_t>(most)) {
        return NotAllowed();
    }
    out = static_cast<Number>(*number);
    return {};
}

}  // namespace sightglass::app
