// Cleaning: an ordered list of small pure steps over a Call, each in a file of its name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "call/call.h"
#include "prices/price_book.h"

namespace sightglass::refine {

/// One step. Returns true where it repaired something that a reader should know of; its name then
/// goes into Call::repairs. Working a value out from others (a duration, a cost) is no repair.
struct Step {
    std::string_view name;
    bool (*apply)(Call& call, const prices::PriceBook& prices);
    bool is_needed = false;  ///< Without it the store would not take the Call, or nobody find it.
};

/// Adds a step's name to Call::repairs, once.
/// Thread-safety: pure.
void AddRepair(Call& call, std::string_view name);

/// text, validate, clock, complete_start, provider, model_name, complete_model, model_family,
/// complete_outcome, price, in order.
std::span<const Step> Steps() noexcept;

/// Which of the steps run.
/// Thread-safety: plain value.
class StepSet {
public:
    /// All of them.
    StepSet() noexcept;

    /// Those named, with commas between. kInvalidArgument names what is no step.
    static Result<StepSet> Only(std::string_view names);

    /// All but those named. kInvalidArgument also where one is needed.
    static Result<StepSet> Without(std::string_view names);

    /// By its place in Steps().
    bool Has(std::size_t step) const noexcept { return (bits_ >> step & 1U) != 0; }

    /// Their names in order, commas between.
    std::string Names() const;

private:
    std::uint32_t bits_;
};

/// Runs one step, by its place in Steps(), and notes in Call::repairs that it repaired something.
/// Thread-safety: pure; safe for concurrent use.
void ApplyStep(std::size_t step, Call& call, const prices::PriceBook& prices);

/// Runs the steps. Doing it again changes nothing.
/// Thread-safety: pure; safe for concurrent use.
void Refine(Call& call, const prices::PriceBook& prices, const StepSet& steps = {});

}  // namespace sightglass::refine
