#include "pipeline/old_contents.h"

#include "base/log.h"

namespace sightglass::pipeline {
namespace {

constexpr auto kPause = std::chrono::minutes(1);
constexpr auto kBetweenSteps = std::chrono::seconds(1);

}  // namespace

void OldContents::ForgetSome(store::Store& store) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) {
        return;
    }
    const Result<bool> more = store.ForgetContents(Clock::System().Now());
    if (!more.Ok()) {
        Log(LogLevel::kWarn, "pipeline", "cannot delete old contents: " + more.error().message);
    }
    next_ = now + (more.Ok() && *more ? std::chrono::milliseconds(kBetweenSteps)
                                      : std::chrono::milliseconds(kPause));
}

}  // namespace sightglass::pipeline
