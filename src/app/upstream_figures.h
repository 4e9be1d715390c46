// What the status page says of upstreams.
#pragma once

#include <vector>

#include "capture/gateway/gateway.h"
#include "serve/figures.h"

namespace sightglass::app {

/// Thread-safety: pure.
std::vector<serve::UpstreamInfo> UpstreamsOf(std::vector<capture::TargetReport> targets);

}  // namespace sightglass::app
