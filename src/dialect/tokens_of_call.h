// A Call's token fields, as every dialect's usage reader sets them.
//
// Thread-safety: pure functions.
#pragma once

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect {

/// Forgets every token count: usage within a stream is repeated and cumulative, so that a later
/// report replaces an earlier one.
void ClearTokens(Call& call);

/// Keeps the provider's usage object as it came, unless it is longer than is kept of a document.
void KeepUsage(codec::JsonValue usage, Call& call);

/// The usage object that a stream has reported so far: the one that Call::usage keeps, with those
/// members of `usage` in it that are not null. Keeps it as Call::usage. Valid until the thread's
/// next call of this function.
codec::JsonValue MergedUsage(codec::JsonValue usage, Call& call);

/// Says that nothing was reported, where a call that has tokens ends without them.
void MarkWithoutUsage(Call& call);

}  // namespace sightglass::dialect
