#include <chrono>

#include "refine/steps.h"

namespace sightglass::refine {
namespace {

constexpr Time kEarliest = std::chrono::sys_days(std::chrono::January / 1 / 2000);
constexpr Time kLatest = std::chrono::sys_days(std::chrono::January / 1 / 2200);

bool ForgetIf(bool wrong, OptionalTime& time) {
    if (!wrong || !time) {
        return false;
    }
    time.reset();
    return true;
}

/// An end that no clock can have said: how long it took is better known where a source told.
bool RepairEnd(Call& call) {
    if (!call.started_at || !call.ended_at || *call.ended_at >= *call.started_at) {
        return false;
    }
    call.ended_at.reset();
    if (call.latency_us) {
        call.ended_at = *call.started_at + Duration(*call.latency_us);
    }
    return true;
}

}  // namespace

bool Clock(Call& call, const prices::PriceBook& /*prices*/) {
    bool changed = false;
    for (OptionalTime* time : {&call.started_at, &call.first_token_at, &call.ended_at}) {
        changed = ForgetIf(*time && (**time < kEarliest || **time >= kLatest), *time) || changed;
    }
    changed = RepairEnd(call) || changed;
    const OptionalTime& token = call.first_token_at;
    const bool too_early = token && call.started_at && *token < *call.started_at;
    const bool too_late = token && call.ended_at && *token > *call.ended_at;
    return ForgetIf(too_early || too_late, call.first_token_at) || changed;
}

}  // namespace sightglass::refine
