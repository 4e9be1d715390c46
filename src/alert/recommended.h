// The monitors that are there from the start.
//
// Thread-safety: pure.
#pragma once

#include <vector>

#include "alert/monitor.h"

namespace sightglass::alert {

/// By id, each with `recommended`.
const std::vector<Monitor>& RecommendedMonitors();

}  // namespace sightglass::alert
