#include "refine/steps.h"

namespace sightglass::refine {

bool Price(Call& call, const prices::PriceBook& prices) {
    if (call.status == CallStatus::kInterrupted && !call.InputTokens() && !call.output_tokens) {
        // The provider may well have billed it; nobody saw what for.
        if (!call.cost_source) {
            call.cost_source = CostSource::kUnpriced;
        }
        return false;
    }
    prices.Price(call);
    return false;
}

}  // namespace sightglass::refine
