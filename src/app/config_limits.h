// Reads `limits:` of a settings file: a list, each entry one limit.
#pragma once

#include <vector>

#include "access/limit_rule.h"
#include "base/files.h"
#include "base/result.h"

namespace YAML {
class Node;
}

namespace sightglass::app {

/// Adds the entries to `limits`. Errors say "FILE:LINE: what is wrong; what is allowed".
/// Thread-safety: pure.
Status ReadLimits(const YAML::Node& list, const Path& file, std::vector<access::LimitRule>& limits);

}  // namespace sightglass::app
