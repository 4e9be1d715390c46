// The figures of the calls themselves, from live's running totals.
//
// Thread-safety: pure function over Live, which is safe for concurrent use.
#pragma once

#include "live/live.h"
#include "serve/prometheus/families.h"

namespace sightglass::serve {

void AddCallMetrics(Families& families, const live::Live& live);

}  // namespace sightglass::serve
