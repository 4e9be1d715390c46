// An exchange becomes the Content that the capture policy lets be kept.
#pragma once

#include "call/call.h"
#include "pipeline/derive.h"

namespace sightglass::pipeline {

/// Each of input and output is cut to this, and marked.
inline constexpr std::size_t kContentBytesMax = 1U << 20;

/// Decodes, assembles, cuts and takes out secrets and, under kRedacted, personal data. Nothing that an exchange holds makes it
/// fail: what cannot be read becomes a note such as "[binary image/png, 12345 bytes]".
/// Thread-safety: safe for concurrent use.
Content MakeContent(const Exchange& exchange, CapturePolicy policy);

}  // namespace sightglass::pipeline
