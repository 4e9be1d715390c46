// Live figures over a restart.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "live/live.h"
#include "store/store.h"

namespace sightglass::app {

/// Tells `live` of the store's calls of the last 15 minutes, the newest 100,000 of them. Before the
/// pipeline starts, which adds what the store does not have yet.
Status RestoreLive(const store::Store& store, live::Live& live, Time now);

}  // namespace sightglass::app
