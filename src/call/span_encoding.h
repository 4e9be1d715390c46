// Spans as bytes: what the journal carries. Format: docs/formats/span-encoding.md. Old versions stay
// readable.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "call/span.h"

namespace sightglass {

/// Appends the Span's bytes.
void EncodeSpan(const Span& span, std::string& bytes);

/// Reads what EncodeSpan wrote, by this or an earlier version of the program. kCorrupt otherwise.
Result<Span> DecodeSpan(std::string_view bytes);

}  // namespace sightglass
