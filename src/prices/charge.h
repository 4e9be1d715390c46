// Tokens times rates, in integers.
//
// Thread-safety: pure functions.
#pragma once

#include "call/call.h"
#include "prices/book.h"

namespace sightglass::prices {

/// Sets cost and its parts. Each token is charged once, at the most special rate that there is for it: a cached token at
/// cache_read, without such a rate at input. Parts round half to even, once each; the cost is their sum.
void ChargeTokens(const PriceEntry& prices, Call& call);

}  // namespace sightglass::prices
