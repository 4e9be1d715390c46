#include "live/series.h"

namespace sightglass::live {
namespace {

std::int64_t NumberOf(Time time, Duration step) noexcept {
    return time.time_since_epoch() / step;
}

}  // namespace

void RecentUse::Add(Time at, std::int64_t tokens) noexcept {
    const std::int64_t number = NumberOf(at, kStep);
    if (number < 0) {
        return;
    }
    Step& step = steps_[static_cast<std::size_t>(number % kSteps)];
    if (number > step.number) {
        step = {number, {}};
    }
    if (number == step.number) {
        ++step.use.requests;
        step.use.tokens += tokens;
    }
}

RecentUse::Rate RecentUse::LastMinute(Time now) const noexcept {
    const std::int64_t newest = NumberOf(now, kStep);
    Rate sum;
    for (const Step& step : steps_) {
        if (step.number > newest - kSteps && step.number <= newest) {
            sum.requests += step.use.requests;
            sum.tokens += step.use.tokens;
        }
    }
    return sum;
}

}  // namespace sightglass::live
