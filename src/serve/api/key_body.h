// What requests about Sightglass keys say in their bodies.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "access/keys.h"
#include "base/result.h"
#include "base/time.h"

namespace sightglass::serve {

/// Writes what a JSON object says about a key over what `key` says: members that it does not have stay as
/// they are, and null makes one empty. kCorrupt where it is no JSON, kInvalidArgument where a member is
/// unknown or not allowed; then `key` may be half written.
Status ReadKeyMembers(std::string_view body, Time now, access::NewKey& key);

/// How long the old text of a key is still taken: {"overlap":"24h"}; an empty body is {}, and means
/// zero. Errors as above.
Result<Duration> ReadOverlap(std::string_view body);

}  // namespace sightglass::serve
