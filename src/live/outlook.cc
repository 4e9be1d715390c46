#include "live/outlook.h"

#include <algorithm>
#include <cmath>

namespace sightglass::live {
namespace {

constexpr double kUsPerMinute = 60e6;

}  // namespace

Outlook OutlookOf(const LimitState& state) noexcept {
    const auto limit = static_cast<double>(std::max<std::int64_t>(state.limit, 0));
    const auto said = std::clamp(static_cast<double>(state.remaining), 0.0, limit);
    const double age_minutes = static_cast<double>(state.age.count()) / kUsPerMinute;
    double back_per_minute = limit;
    if (state.reset_us && *state.reset_us > 0 && said < limit) {
        back_per_minute = (limit - said) * kUsPerMinute / static_cast<double>(*state.reset_us);
    }
    const double now = std::min(limit, said + std::max(age_minutes, 0.0) * back_per_minute);
    Outlook outlook;
    outlook.remaining = static_cast<std::int64_t>(std::floor(now));
    outlook.percent_used = limit > 0 ? 100.0 * (limit - now) / limit : 100.0;
    if (state.reset_us) {
        const Duration left = Duration(*state.reset_us) - state.age;
        outlook.reset_s = std::max(0.0, static_cast<double>(left.count()) * 1e-6);
    }
    const double falling = static_cast<double>(state.last_minute) - back_per_minute;
    if (falling > 0) {
        outlook.minutes_to_429 = now / falling;
    }
    return outlook;
}

}  // namespace sightglass::live
