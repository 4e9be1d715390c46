// One request, told by several sources: a gateway saw it pass, a tracing library reported it, a log
// names it. Its Call is made of their records, the *members*, and keeps all of them
// (Call::joined), so that a record that comes later gives the same Call as one that came first.
//
// Precedence: gateway, then otlp, then import, then provider_usage. Fields that only make sense
// together come from one member together (all times, all tokens, all costs …). Exceptions: numbers
// of better pedigree go first (tokens that the provider reported before estimated ones, an end that
// is known before one that is not), and the place in a trace is the tracing library's.
// docs/joining.md tells users.
#pragma once

#include <string_view>
#include <vector>

#include "call/call.h"

namespace sightglass::refine {

/// The records that a Call was made of, in the order of their precedence: `call` itself where it
/// was not joined. What cannot be read in Call::joined is left out.
/// Thread-safety: pure.
std::vector<Call> MembersOf(const Call& call);

/// The Call that these records make: the same one in whatever order they are given. None of them
/// may be joined already, and no two may have one call_id. At least one.
/// Thread-safety: pure.
Call Merge(std::vector<Call> members);

/// Two records that one source gave of one request under one call_id, as a retried export does:
/// what either knows. The same in either order.
/// Thread-safety: pure.
Call Unite(const Call& a, const Call& b);

}  // namespace sightglass::refine
