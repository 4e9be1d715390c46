// Whether days after a change differ from days before it by more than chance.
//
// Each span of 24 hours after the change is paired with the same hours of the same weekday before it, so that hours and
// weekdays cancel out. The pairs' differences follow each other in time, and neighbours are alike: what is estimated of that
// widens the interval. How well it keeps its level was measured against other ways (docs/decisions/0028-*.md).
//
// Thread-safety: pure functions and plain values.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace sightglass::analytics {

struct DayPair {
    double difference = 0;  ///< After less before; of logarithms where a ratio is wanted.
    double weight = 1;      ///< How much it is based on. Above 0.
};

struct PairedDifference {
    double mean = 0;
    double low = 0;  ///< Of the 95 % interval.
    double high = 0;
    double p = 1;          ///< How often chance alone would go so far, either way.
    double likeness = 0;   ///< Of neighbouring days, as it was reckoned with: 0 to 0.8.
    std::size_t days = 0;  ///< Pairs.
};

/// Fewer pairs tell nothing.
inline constexpr std::size_t kDayPairsMin = 5;

/// `pairs`: in order of time. Nothing where there are fewer than kDayPairsMin.
std::optional<PairedDifference> CompareDays(std::span<const DayPair> pairs);

/// The same p values, made larger so that of all that are no more than chance together the smallest falls below the level no
/// more often than one alone would. In the order given. Source: Holm, Scand. J. Statist. 6 (1979) 65-70.
std::vector<double> HolmAdjusted(std::span<const double> p);

}  // namespace sightglass::analytics
