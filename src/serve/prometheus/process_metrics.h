// The figures of the process itself, under the names that every Prometheus client gives them.
//
// Thread-safety: pure function over /proc.
#pragma once

#include "serve/prometheus/families.h"

namespace sightglass::serve {

/// Leaves out what the system does not tell.
void AddProcessMetrics(Families& families);

}  // namespace sightglass::serve
