#include "refine/steps.h"

namespace sightglass::refine {

bool CompleteModel(Call& call, const prices::PriceBook& /*prices*/) {
    if (!call.model.empty() || call.model_requested.empty()) {
        return false;
    }
    call.model = call.model_requested;
    return true;
}

}  // namespace sightglass::refine
