// Monitors as alerting rules of Prometheus, over what /metrics exposes. What it does not tell is left
// out, and says so.
//
// Thread-safety: pure.
#pragma once

#include <string>
#include <vector>

#include "alert/monitor.h"
#include "base/result.h"

namespace sightglass::alert {

/// The rule's PromQL. kInvalidArgument says what /metrics cannot tell.
Result<std::string> PromQlOf(const Monitor& monitor);

/// A rule file: the monitors that are enabled, and a comment for each that is left out.
std::string PrometheusRules(const std::vector<Monitor>& monitors);

}  // namespace sightglass::alert
