// A metric by hour of the day and day of the week.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

struct PeakText {
    std::string metric = "";  ///< Empty: calls.
    std::string from = "";    ///< Empty: 28 days ago.
    std::string to = "";
    std::vector<std::string> filters = {};
    std::string utc_offset_minutes = "";
};

struct PeakQuestion {
    const Metric* metric = nullptr;
    Time from;
    Time to;
    std::vector<store::Filter> filters;
    Duration utc_offset{};
};

/// kInvalidArgument as ParseQuestion; also for a metric that is neither a sum nor a ratio.
Result<PeakQuestion>
ParsePeaks(const PeakText& text, Time now, std::vector<std::string_view>* allowed = nullptr);

inline constexpr int kWeekdays = 7;
inline constexpr int kHours = 24;
inline constexpr std::size_t kHoursOfWeek = 168;

struct PeakCell {
    int weekday = 0;  ///< 0 is Monday.
    int hour = 0;
    double hours = 0;             ///< How many such hours lie in the range.
    std::optional<double> value;  ///< Of a sum, per hour; of a ratio, over all calls of such hours.
};

struct PeakHours {
    bool per_hour = false;
    std::optional<double> mean;  ///< Over the whole range.
    std::array<PeakCell, kHoursOfWeek> cells{};
    std::vector<PeakCell> busiest;  ///< The five highest.
    double took_ms = 0;
};

Result<PeakHours> FindPeaks(const PeakQuestion& question, const store::Store& store);

}  // namespace sightglass::analytics
