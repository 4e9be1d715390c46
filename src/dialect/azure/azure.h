// Azure OpenAI and Azure AI Foundry: OpenAI's wire format, with the deployment in the path, other
// headers, other errors, and the findings of content filters.
//
// Format: docs/dialects.md.
//
// Thread-safety: pure functions; safe for concurrent use.
#pragma once

#include "dialect/dialect.h"

namespace sightglass::dialect::azure {

const Dialect& Azure() noexcept;

}  // namespace sightglass::dialect::azure
