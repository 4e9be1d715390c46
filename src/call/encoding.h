// Calls as bytes: what the journal carries. Format: docs/formats/call-encoding.md. Old versions
// stay readable.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "call/call.h"

namespace sightglass {

/// The number of bytes that EncodeCall writes for this Call.
std::size_t EncodedSize(const Call& call) noexcept;

/// At least as much, and sooner known.
std::size_t EncodedSizeMax(const Call& call) noexcept;

/// Writes exactly EncodedSize(call) bytes at `out`, and returns how many these are. Allocates nothing.
std::size_t EncodeCall(const Call& call, char* out) noexcept;

/// Reads what EncodeCall wrote, by this or an earlier version of the program. Unknown field numbers
/// are skipped. kCorrupt otherwise.
Result<Call> DecodeCall(std::string_view bytes);

/// The same into a Call at hand, which keeps the capacity of its strings. After an error it holds
/// what was read so far.
Status DecodeCall(std::string_view bytes, Call& call);

std::string EncodeContent(const Content& content);
Result<Content> DecodeContent(std::string_view bytes);

}  // namespace sightglass
