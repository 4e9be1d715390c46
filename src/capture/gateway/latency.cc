#include "capture/gateway/latency.h"

#include <algorithm>

namespace sightglass::capture {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::int64_t kHalfLifeUs = 10'000'000;
constexpr std::int64_t kWeightOfOne = 8;

}  // namespace

void Latency::Add(std::int64_t latency_us, std::int64_t now_us) noexcept {
    const std::int64_t average = Average(now_us);
    const bool slower = latency_us > average;
    average_us_.store(
        slower ? latency_us : average + (latency_us - average) / kWeightOfOne,
        kRelaxed
    );
    updated_us_.store(now_us, kRelaxed);
}

std::int64_t Latency::Average(std::int64_t now_us) const noexcept {
    const std::int64_t silent_us = std::max<std::int64_t>(now_us - updated_us_.load(kRelaxed), 0);
    return average_us_.load(kRelaxed) >> std::min<std::int64_t>(silent_us / kHalfLifeUs, 62);
}

}  // namespace sightglass::capture
