// Reads `capture.patterns:` of a settings file: a list, each entry one pattern that is redacted.
#pragma once

#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "redact/custom_patterns.h"

namespace YAML {
class Node;
}

namespace sightglass::app {

/// Adds the entries to `patterns`. Errors say "FILE:LINE: what is wrong; what is allowed".
/// Thread-safety: pure.
Status ReadCapturePatterns(
    const YAML::Node& list,
    const Path& file,
    std::vector<redact::CustomPattern>& patterns
);

}  // namespace sightglass::app
