// A Call as JSON: every field of call/fields.h by its name, and a few that are computed from them.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>

#include "call/call.h"
#include "codec/json_writer.h"

namespace sightglass::serve {

enum class CallShape : std::uint8_t {
    kSummary,  ///< As lists and the live feed show it: without usage, params, headers and attempts.
    kDetail,
};

/// Writes the members, without the braces around them.
void WriteCallMembers(codec::JsonWriter& json, const Call& call, CallShape shape);

}  // namespace sightglass::serve
