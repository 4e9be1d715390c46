// What the store has of calls whose derived records came late.
#pragma once

#include <span>
#include <unordered_map>

#include "base/result.h"
#include "base/uuid.h"
#include "pipeline/derived.h"
#include "store/store.h"

namespace sightglass::pipeline {

/// What a source said of a call, by its call_id: of one that was joined, the record with that id alone.
using LateRecords = std::unordered_map<Uuid, Call>;

/// Those that are in the store, of these.
/// Thread-safety: on the pipeline's thread.
Result<LateRecords> FindLateRecords(store::Store& store, std::span<const Derived> late);

}  // namespace sightglass::pipeline
