// Reads `upstreams:` of a settings file: each a URL, or a mapping with targets, balancing, retries, fallbacks and times.
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"
#include "capture/gateway/upstream_settings.h"

namespace YAML {
class Node;
}

namespace sightglass::app {

struct Config;

/// Adds the upstreams of the mapping to `config`, or replaces those of the same name. Errors say "FILE:LINE: what is wrong;
/// what is allowed"; a key is never in them. Thread-safety: pure, but for files and variables that hold keys.
Status ReadUpstreams(Config& config, const Path& file, const YAML::Node& upstreams);

/// Adds one upstream, or replaces the one of that name, when its name and URLs are allowed.
Status AddUpstream(Config& config, capture::Upstream upstream);

}  // namespace sightglass::app
