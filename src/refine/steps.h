// The steps of refine.h, one file each. All are pure, and true means: repaired.
#pragma once

#include "call/call.h"
#include "prices/price_book.h"

namespace sightglass::refine {

/// Takes out what cannot be: times out of order, negative numbers, impossible token counts, bytes
/// that are not UTF-8, texts without end. What is taken out becomes unknown.
bool Validate(Call& call, const prices::PriceBook& prices);

/// A call whose answer did not name its model had the one that was asked for. What an alias stands for, ModelAliases knows, which
/// has looked before.
bool CompleteModel(Call& call, const prices::PriceBook& prices);

/// Works out durations, and fills in status, error type, provider, start and token source where
/// the source did not say.
bool Complete(Call& call, const prices::PriceBook& prices);

/// What it cost, by the book.
bool Price(Call& call, const prices::PriceBook& prices);

}  // namespace sightglass::refine
