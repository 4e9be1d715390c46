#include "serve/prometheus/call_metrics.h"

namespace sightglass::serve {

void AddCallMetrics(Families& families, const live::Live& live) {
    families.push_back(Gauge("sightglass_in_flight_calls", "Calls begun and not ended.")
                           .Add(live.InFlight())
                           .Take());
}

}  // namespace sightglass::serve
