// After a restart: what the calls in the store tell of the models that aliases stand for.
#pragma once

#include "base/result.h"
#include "refine/model_aliases.h"
#include "store/store.h"

namespace sightglass::pipeline {

/// Teaches what the store's last week answered, by the hour.
/// Thread-safety: as ModelAliases.
Status RememberAliases(const store::Store& store, refine::ModelAliases& aliases);

}  // namespace sightglass::pipeline
