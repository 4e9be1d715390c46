// A monitor's question to the store. For this room's files.
//
// Thread-safety: safe for concurrent use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/measure.h"
#include "alert/monitor.h"
#include "base/result.h"
#include "base/time.h"
#include "call/catalogue.h"
#include "store/store.h"

namespace sightglass::alert {

struct StoredRow {
    std::vector<std::string> group;
    std::optional<double> value;
    std::int64_t calls = 0;
    Time at;  ///< Of its bucket, where there are any.
};

/// What is asked: the metric and the calls of every group, the largest groups first, or the newest
/// buckets.
struct Asked {
    Time from;
    Time to;
    std::string_view metric;
    std::optional<Duration> interval = {};
    std::size_t rows_max = kGroupsMax + 1;
};

Result<std::vector<StoredRow>>
AskStore(const Monitor& monitor, const store::Store& store, const Asked& asked);

/// A bucket without calls: of these it is known to be 0, of others it is unknown.
bool IsZeroWithoutCalls(const Metric& metric) noexcept;

/// Whether so many calls a period before are enough to hold a kChange against: a share or a quantile
/// of few says nothing, a count or a sum does.
bool CanCompareWith(const Monitor& monitor, std::int64_t calls) noexcept;

}  // namespace sightglass::alert
