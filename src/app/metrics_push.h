// Sends the figures of calls to a DogStatsD agent, every ten seconds.
#pragma once

#include <memory>
#include <string>

#include "app/config.h"
#include "live/live.h"

namespace sightglass::app {

/// Stops when it is destroyed.
/// Thread-safety: created and destroyed by one thread.
class MetricsPush {
public:
    /// `live` must outlive it, and counts by callers (Live::CountCallers). The host is looked up each time: agents move.
    MetricsPush(const live::Live& live, Address agent);
    ~MetricsPush();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What the settings ask of the totals; null where nothing is pushed. Before the first call.
std::unique_ptr<MetricsPush> StartMetrics(const Config& config, live::Live& live);

}  // namespace sightglass::app
