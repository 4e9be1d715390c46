// The ids of the records that a Call was joined of, for who has to look something up by them.
//
// Thread-safety: pure function.
#pragma once

#include <vector>

#include "call/call.h"

namespace sightglass {

/// Those that Call::joined names; none where it is empty.
std::vector<Uuid> RecordIdsOf(const Call& call);

}  // namespace sightglass
