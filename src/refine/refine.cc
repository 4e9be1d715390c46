#include "refine/refine.h"

#include <array>

#include "base/text.h"
#include "refine/steps.h"

namespace sightglass::refine {
namespace {

constexpr auto kSteps = std::to_array<Step>({
    {"validate", Validate},
    {"complete_model", CompleteModel},
    {"complete", Complete},
    {"price", Price},
});

}  // namespace

std::span<const Step> Steps() noexcept {
    return kSteps;
}

void AddRepair(Call& call, std::string_view name) {
    for (const std::string_view repair : Split(call.repairs, ',')) {
        if (repair == name) {
            return;
        }
    }
    if (!call.repairs.empty()) {
        call.repairs += ',';
    }
    call.repairs += name;
}

void Refine(Call& call, const prices::PriceBook& prices) {
    for (const Step& step : kSteps) {
        if (step.apply(call, prices)) {
            AddRepair(call, step.name);
        }
    }
}

}  // namespace sightglass::refine
