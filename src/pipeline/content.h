// An exchange becomes the Content that its CaptureChoice lets be kept.
#pragma once

#include "call/call.h"
#include "pipeline/derive.h"

namespace sightglass::pipeline {

/// Decodes, assembles, cuts (and marks what is cut) and takes out secrets and, under kRedacted, personal data and what
/// `patterns` find (null for none). Nothing that an exchange holds makes it
/// fail: what cannot be read becomes a note such as "[binary image/png, 12345 bytes]".
/// Thread-safety: safe for concurrent use.
Content MakeContent(const Exchange& exchange, const redact::CustomPatterns* patterns);

}  // namespace sightglass::pipeline
