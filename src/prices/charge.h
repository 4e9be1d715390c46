// Counts times rates, in integers.
//
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstdint>

#include "base/money.h"
#include "prices/book.h"
#include "prices/unit.h"

namespace sightglass::prices {

/// What something costs, and of which parts that is the sum.
struct Cost {
    Money total;
    std::array<Money, static_cast<std::size_t>(Part::kCount_)> parts;

    Money Of(Part part) const noexcept { return parts[static_cast<std::size_t>(part)]; }
};

/// What is put on the list price.
struct Adjustment {
    const Factor* tokens = nullptr;      ///< The service tier's, on what tokens cost; null is one.
    const Factor* everything = nullptr;  ///< The discount's; null is one.
};

/// Each count is charged once, at the most special rate that there is for it: a cached token at cache_read_mtok, without such a
/// rate at input_mtok. Counted as one request. The total is rounded to nano-dollars once, half to even; its parts add up to it.
/// `usage` as the model counts it (Model::least_audio_ms).
Cost Charge(const PriceEntry& prices, const Usage& usage, const Adjustment& adjustment) noexcept;

}  // namespace sightglass::prices
