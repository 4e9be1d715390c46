// Cleaning a Call again that is in the store: what the steps make of it now, which fields that
// changes, and how that is taken back. Pure.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "call/call.h"
#include "prices/price_book.h"
#include "refine/refine.h"

namespace sightglass::pipeline {

/// A step changed a field.
struct Change {
    std::string_view step;
    std::string_view field;

    friend auto operator<=>(const Change&, const Change&) = default;
};

/// The Call as the steps make it today: each record that it was made of is cleaned, and they are put
/// together again. Adds what changed, but for what only says that something did (repairs, joined).
Call RefineAgain(
    const Call& call,
    const prices::PriceBook& prices,
    const refine::StepSet& steps,
    std::vector<Change>& changes
);

/// The fields that differ, as they were and as they are; both know the id and the start.
std::pair<Call, Call> DifferenceOf(const Call& before, const Call& after);

/// Takes a difference back. False where the call has other values by now: then nothing changes.
bool TakeBack(const std::pair<Call, Call>& difference, Call& call);

}  // namespace sightglass::pipeline
