// Reads what of `capture:` in a settings file is no single value: patterns that are redacted, and rules for some calls.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "pipeline/capture_policy.h"
#include "redact/custom_patterns.h"

namespace YAML {
class Node;
}

namespace sightglass::app {

inline constexpr std::string_view kSampleAllowed =
    "a share from 0% to 100% with up to four decimals, as in 5% or 0.1%";

/// "5%", "0.25%": of pipeline::kSampleAll. An error without a message where it is none.
/// Thread-safety: pure.
Status ReadSample(std::string_view text, std::uint32_t& sample);

/// Adds the entries to `patterns`. Errors say "FILE:LINE: what is wrong; what is allowed".
/// Thread-safety: pure.
Status ReadCapturePatterns(
    const YAML::Node& list,
    const Path& file,
    std::vector<redact::CustomPattern>& patterns
);

/// The list takes the place of `rules`. Errors as above.
/// Thread-safety: pure.
Status ReadCaptureRules(
    const YAML::Node& list,
    const Path& file,
    std::vector<pipeline::CaptureRule>& rules
);

}  // namespace sightglass::app
