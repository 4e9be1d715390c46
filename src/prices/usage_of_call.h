// What a Call used, in the units of prices.
//
// Thread-safety: pure function.
#pragma once

#include "call/call.h"
#include "prices/unit.h"

namespace sightglass::prices {

/// From the Call's own fields and, for what it has none for (searches, seconds of audio, cached audio), from the provider's usage
/// object, which it keeps as it came. Unknown counts are zero here; who asks has to look whether anything is known. What was written to a cache for twelve hours
/// counts as written for one: nobody has published another price.
Usage UsageOf(const Call& call) noexcept;

}  // namespace sightglass::prices
