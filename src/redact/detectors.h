// The detectors: a pattern, a check, a placeholder each. Documented one by one in docs/formats/redaction.md.
//
// Thread-safety: safe for concurrent use; the patterns are compiled on first use.
#pragma once

#include <string>

namespace sightglass::redact {

/// Replaces what the detectors of credentials find. Returns true where it changed something.
bool ReplaceSecrets(std::string& text);

/// Replaces what the detectors of personal data find. Returns true where it changed something.
bool ReplacePersonalData(std::string& text);

}  // namespace sightglass::redact
