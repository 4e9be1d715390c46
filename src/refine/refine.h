// Cleaning: an ordered list of small pure steps over a Call, each in a file of its name.
#pragma once

#include <span>
#include <string_view>

#include "call/call.h"
#include "prices/price_book.h"

namespace sightglass::refine {

/// One step. Returns true where it repaired something that a reader should know of; its name then
/// goes into Call::repairs. Working a value out from others (a duration, a cost) is no repair.
struct Step {
    std::string_view name;
    bool (*apply)(Call& call, const prices::PriceBook& prices);
};

/// validate, complete_model, complete, price, in order.
std::span<const Step> Steps() noexcept;

/// Says in Call::repairs that the step of that name repaired something.
/// Thread-safety: pure; safe for concurrent use.
void AddRepair(Call& call, std::string_view name);

/// Runs all steps. Doing it again changes nothing.
/// Thread-safety: pure; safe for concurrent use.
void Refine(Call& call, const prices::PriceBook& prices);

}  // namespace sightglass::refine
