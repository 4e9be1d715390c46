// When a rate limit resets, in every spelling that providers use.
//
// Thread-safety: pure function.
#pragma once

#include <string_view>

#include "call/call.h"

namespace sightglass::dialect {

/// µs until the reset. Reads Go's durations ("6m0s", "1m9.696s", "12ms"), bare seconds ("20",
/// "0.5"), and, counted from `now` and unknown without it, RFC 3339 and seconds or milliseconds since 1970. Never negative; nothing
/// for what is none of these.
OptionalInt ParseReset(std::string_view text, OptionalTime now);

}  // namespace sightglass::dialect
