#include "pipeline/tending.h"

#include "base/log.h"

namespace sightglass::pipeline {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kAskAgain = std::chrono::seconds(1);
constexpr auto kAfterFailure = std::chrono::minutes(1);
constexpr int kRestTimes = 4;  ///< As long as a part took, so many times nothing is done.

}  // namespace

void Tending::Go(bool is_idle) {
    const auto began = SteadyClock::now();
    if (began < next_) {
        return;
    }
    const Result<bool> has_done = store_.Tend();
    const auto now = SteadyClock::now();
    if (!has_done.Ok()) {
        Log(LogLevel::kWarn, "pipeline", "the store did not sum up: " + has_done.error().message);
        next_ = now + kAfterFailure;
    } else if (*has_done) {
        next_ = now + (is_idle ? 1 : kRestTimes) * (now - began);
    } else {
        next_ = now + kAskAgain;
    }
}

}  // namespace sightglass::pipeline
