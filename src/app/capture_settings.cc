#include "app/capture_settings.h"

#include "redact/custom_patterns.h"

namespace sightglass::app {

Result<pipeline::CaptureSettings> CaptureSettingsOf(const Config& config) {
    pipeline::CaptureSettings capture;
    capture.others = config.capture;
    capture.rules = config.capture_rules;
    if (!config.capture_patterns.empty()) {
        SG_ASSIGN_OR_RETURN(
            capture.patterns,
            redact::CustomPatterns::Create(config.capture_patterns)
        );
    }
    return capture;
}

}  // namespace sightglass::app
