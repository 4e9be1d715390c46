// The ids of the records that a Call was joined of, for who has to look something up by them.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "call/call.h"

namespace sightglass {

/// Those that Call::joined names; none where it is empty.
std::vector<Uuid> RecordIdsOf(const Call& call);

/// The spans that those records were; views into Call::joined.
std::vector<std::string_view> RecordSpanIdsOf(const Call& call);

}  // namespace sightglass
