// How unusual a series' newest value is: against what this time of the week usually has, and against
// where the series stands lately. Levels that shift and slow drifts are found by many buckets that
// are each a little off.
//
// All is done on logarithms, by medians: what was unusual in one week moves nothing in the others.
//
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"

namespace sightglass::alert {

enum class AnomalyShape : std::uint8_t {
    kSpike,  ///< The last bucket by itself.
    kShift,  ///< The last half day.
    kDrift,  ///< The last three days.
    kCount_
};

/// "spike", "shift", "drift".
std::string_view ToString(AnomalyShape shape) noexcept;

/// How far off the series is, as one of the shapes.
/// Thread-safety: plain value.
struct AnomalyScore {
    double expected = 0;    ///< What this time was expected to have.
    double spreads = 0;     ///< How many usual spreads away; the sign is the direction.
    double confidence = 0;  ///< 0 to 1: how surely more than chance.
};

/// How far back it looks; less is enough, from three weeks on.
inline constexpr Duration kAnomalyHistory = std::chrono::hours(24 * 7 * 6);

/// By shape. Judges the last of `values`, consecutive buckets of `bucket` length. An unknown value
/// is left out. Nothing where less than three weeks are known.
using AnomalyScores = std::array<AnomalyScore, static_cast<std::size_t>(AnomalyShape::kCount_)>;
std::optional<AnomalyScores>
ScoreLast(std::span<const std::optional<double>> values, Duration bucket);

}  // namespace sightglass::alert
