// The same figures under the names that LiteLLM's proxy gives them, so that boards made for it go on.
// Source: LiteLLM's documentation of its Prometheus metrics, 2026-05; docs/metrics.md says what is left out.
//
// Thread-safety: pure function.
#pragma once

#include <cstdint>

#include "live/series.h"
#include "serve/prometheus/families.h"

namespace sightglass::serve {

void AddLiteLlmMetrics(
    Families& families,
    const live::TotalsSnapshot& totals,
    std::int64_t in_flight
);

}  // namespace sightglass::serve
