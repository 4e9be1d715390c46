// From when to when, and in what steps.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sightglass::analytics {

inline constexpr std::int64_t kBucketsMax = 10'000;

/// Half-open: [from, to).
struct TimeRange {
    Time from;
    Time to;
};

/// Reads both ends as ParseTime does; an empty one is 24 hours ago or now. kInvalidArgument where
/// from is not before to.
Result<TimeRange> ParseTimeRange(std::string_view from, std::string_view to, Time now);

/// "auto", or a width as ParseDuration reads it that cuts the range into at most kBucketsMax;
/// nothing for an empty text.
Result<std::optional<Duration>> ParseInterval(std::string_view text, const TimeRange& range);

/// A round width that cuts the range into about 60 to 120 buckets.
Duration ChooseInterval(const TimeRange& range) noexcept;

}  // namespace sightglass::analytics
