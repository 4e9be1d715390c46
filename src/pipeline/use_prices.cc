#include "pipeline/use_prices.h"

#include <memory>
#include <utility>

namespace sightglass::pipeline {

void UsePrices(const prices::PriceShelf& shelf, Pipeline& pipeline) {
    std::shared_ptr<const prices::PriceBook> given;
    // Between Get and SetPrices another thread may have given a newer one: whoever comes last looks again.
    for (auto held = shelf.Get(); held != given; held = shelf.Get()) {
        given = std::move(held);
        pipeline.SetPrices(given);
    }
}

}  // namespace sightglass::pipeline
