// The figures of the calls themselves, from live's running totals.
//
// Thread-safety: pure function.
#pragma once

#include "live/series.h"
#include "serve/prometheus/families.h"

namespace sightglass::serve {

void AddCallMetrics(Families& families, const live::TotalsSnapshot& totals, std::int64_t in_flight);

}  // namespace sightglass::serve
