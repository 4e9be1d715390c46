// Which model a request is for, as its provider would take it: where a path names it, the path
// decides with those who have it there; a query where a WebSocket opens; else the body.
//
// What a dialect reads into the record is the best guess. This is for deciding who may pass, so it
// looks at every place where a model can stand, and says so where they disagree, where a member is
// given twice, or where another reader than ours could find something else.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dialect/dialect.h"

namespace sightglass::dialect {

enum class ModelNaming : std::uint8_t {
    kNone,     ///< The request names none.
    kOne,      ///< It is known which one is used.
    kUnclear,  ///< Several are named, or the place that counts cannot be read.
};

/// Thread-safety: plain value.
struct ModelClaim {
    ModelNaming naming = ModelNaming::kUnclear;
    std::string model = {};  ///< Where it is kOne.
};

/// `dialect` is the Name() of the one that the request speaks. `websocket`: it opens a WebSocket,
/// whose messages nobody reads.
ModelClaim ReadModelClaim(const RequestView& request, std::string_view dialect, bool websocket);

}  // namespace sightglass::dialect
