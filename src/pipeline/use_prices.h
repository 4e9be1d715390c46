// From the shelf of prices to the pipeline.
#pragma once

#include "pipeline/pipeline.h"
#include "prices/price_shelf.h"

namespace sightglass::pipeline {

/// Makes the pipeline price by what the shelf holds. Where several threads change the shelf at once, the pipeline ends up with the
/// last of their books, whatever the order in which they come here.
/// Thread-safety: safe for concurrent use.
void UsePrices(const prices::PriceShelf& shelf, Pipeline& pipeline);

}  // namespace sightglass::pipeline
