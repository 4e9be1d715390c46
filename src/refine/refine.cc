#include "refine/refine.h"

#include <array>

#include "base/text.h"
#include "refine/steps.h"

namespace sightglass::refine {
namespace {

constexpr auto kSteps = std::to_array<Step>({
    {"text", Text, true},
    {"validate", Validate},
    {"clock", Clock},
    {"complete_start", CompleteStart, true},
    {"provider", Provider},
    {"model_name", ModelName},
    {"complete_model", CompleteModel},
    {"model_family", ModelFamily},
    {"complete_outcome", CompleteOutcome},
    {"price", Price},
});

constexpr std::uint32_t kAll = (1U << kSteps.size()) - 1;

Error Wrong(std::string_view name, std::string_view why, bool needed_too) {
    std::string allowed;
    for (const Step& step : kSteps) {
        if (needed_too || !step.is_needed) {
            allowed += (allowed.empty() ? "" : ", ") + std::string(step.name);
        }
    }
    return {
        ErrorCode::kInvalidArgument,
        "'" + EscapeForDisplay(name) + "' " + std::string(why) + "; allowed: " + allowed};
}

/// The bits of the steps named.
Result<std::uint32_t> BitsOf(std::string_view names, bool needed_too) {
    std::uint32_t bits = 0;
    for (const std::string_view part : Split(names, ',')) {
        const std::string_view name = Trim(part);
        if (name.empty()) {
            continue;
        }
        std::size_t place = 0;
        while (place < kSteps.size() && kSteps[place].name != name) {
            ++place;
        }
        if (place == kSteps.size()) {
            return Wrong(name, "is no step", needed_too);
        }
        if (kSteps[place].is_needed && !needed_too) {
            return Wrong(name, "cannot be switched off", needed_too);
        }
        bits |= 1U << place;
    }
    return bits;
}

}  // namespace

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

std::span<const Step> Steps() noexcept {
    return kSteps;
}

StepSet::StepSet() noexcept : bits_(kAll) {}

Result<StepSet> StepSet::Only(std::string_view names) {
    SG_ASSIGN_OR_RETURN(const std::uint32_t bits, BitsOf(names, true));
    StepSet set;
    set.bits_ = bits;
    return set;
}

Result<StepSet> StepSet::Without(std::string_view names) {
    SG_ASSIGN_OR_RETURN(const std::uint32_t bits, BitsOf(names, false));
    StepSet set;
    set.bits_ = kAll & ~bits;
    return set;
}

std::string StepSet::Names() const {
    std::string names;
    for (std::size_t place = 0; place < kSteps.size(); ++place) {
        if (Has(place)) {
            names += (names.empty() ? "" : ",") + std::string(kSteps[place].name);
        }
    }
    return names;
}

void ApplyStep(std::size_t step, Call& call, const prices::PriceBook& prices) {
    if (kSteps[step].apply(call, prices)) {
        AddRepair(call, kSteps[step].name);
    }
}

void Refine(Call& call, const prices::PriceBook& prices, const StepSet& steps) {
    for (std::size_t place = 0; place < kSteps.size(); ++place) {
        if (steps.Has(place)) {
            ApplyStep(place, call, prices);
        }
    }
}

}  // namespace sightglass::refine
