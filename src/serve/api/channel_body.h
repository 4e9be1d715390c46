// What requests about channels say in their bodies.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "notify/channels.h"

namespace sightglass::serve {

/// Writes what a JSON object says about a channel over what `wish` says: members that it does not have stay
/// as they are, and null makes one empty, also a single setting. kCorrupt where it is no JSON,
/// kInvalidArgument where a member is unknown or of a wrong type; then `wish` may be half written.
Status ReadChannelMembers(std::string_view body, notify::ChannelWish& wish);

/// {"delivery": 12}, or nothing for all: which dead letter is taken up again. Errors as above.
Result<std::optional<std::int64_t>> ReadRetryBody(std::string_view body);

}  // namespace sightglass::serve
