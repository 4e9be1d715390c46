// The steps of refine.h, one file each. All are pure, and true means: repaired.
#pragma once

#include "call/call.h"
#include "prices/price_book.h"

namespace sightglass::refine {

/// Bytes that are not UTF-8, or were not before they came here, texts and lists without end.
bool Text(Call& call, const prices::PriceBook& prices);

/// Takes out numbers that cannot be: negative ones, impossible token counts, more of a part than
/// there is of the whole. What is taken out becomes unknown.
bool Validate(Call& call, const prices::PriceBook& prices);

/// Takes out times that cannot be: of another century, an end or a first token before the start.
/// An end that was wrong comes from how long it took, where a source said so.
bool Clock(Call& call, const prices::PriceBook& prices);

/// A call without a start would be in no time range, and nobody would see it: it gets its end, or
/// the time that its id holds.
bool CompleteStart(Call& call, const prices::PriceBook& prices);

/// One name a provider, whatever a tracing library or a log calls it.
bool Provider(Call& call, const prices::PriceBook& prices);

/// A model's own name, without the path or the escapes that came with it.
bool ModelName(Call& call, const prices::PriceBook& prices);

/// A call whose answer did not name its model had the one that was asked for. What an alias stands for, ModelAliases knows, which
/// has looked before.
bool CompleteModel(Call& call, const prices::PriceBook& prices);

/// Which family its model is of: its name without date, version and region.
bool ModelFamily(Call& call, const prices::PriceBook& prices);

/// Works out durations, and fills in status, error type, provider and token source where the source
/// did not say.
bool CompleteOutcome(Call& call, const prices::PriceBook& prices);

/// What it cost, by the book.
bool Price(Call& call, const prices::PriceBook& prices);

}  // namespace sightglass::refine
