// Calls on their way from a command to a running server and back: each as call/encoding.h has it,
// with its length in four bytes, least significant first, before it. Media type
// application/vnd.sightglass.calls. Format: docs/formats/call-encoding.md.
//
// Thread-safety: pure functions; a CallBatch belongs to one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "call/call.h"

namespace sightglass {

inline constexpr std::string_view kCallBatchType = "application/vnd.sightglass.calls";

/// What a server takes at once.
inline constexpr std::size_t kCallBatchBytesMax = 1'000'000;

/// Appends a Call to a batch.
void AppendToBatch(const Call& call, std::string& batch);

/// Takes the next Call's bytes from the front of `batch`. kCorrupt where they do not follow the
/// format.
Result<std::string_view> TakeFromBatch(std::string_view& batch);

}  // namespace sightglass
