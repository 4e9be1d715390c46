// A row that stands for many requests, as a provider's usage export has them, becomes as many Calls.
// Each gets an equal share of its counts, the first ones a token more where they do not divide, so
// that the sums are the row's to the token; their starts are spread evenly over the row's time. They
// say so: source is provider_usage, token_source is estimated.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "call/call.h"
#include "capture/files/call_draft.h"

namespace sightglass::capture::files {

/// Why such a row cannot be spread out, or empty.
std::string_view CheckAggregate(const CallDraft& draft);

/// The `number`-th of the row's requests, from 0, without its id. `row` is finished and sound.
void TakeShare(const CallDraft& row, std::int64_t number, Call& share);

}  // namespace sightglass::capture::files
