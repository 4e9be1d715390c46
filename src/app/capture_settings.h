// What the settings say of content, as the pipeline takes it.
#pragma once

#include "app/config.h"
#include "base/result.h"
#include "pipeline/capture_policy.h"

namespace sightglass::app {

/// kInvalidArgument where a pattern is none.
/// Thread-safety: pure.
Result<pipeline::CaptureSettings> CaptureSettingsOf(const Config& config);

}  // namespace sightglass::app
