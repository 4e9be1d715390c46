// What a monitor would have found in the past: looked at once at the end of each of its windows, by
// the same rules as when it runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alert/monitor.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::alert {

/// Thread-safety: plain value.
struct ReplayedAlert {
    Time pending_at;
    Time fired_at;
    std::optional<Time> resolved_at;
    std::optional<double> value;  ///< When it fired.
    std::string why;
};

/// Thread-safety: plain value.
struct ReplayedGroup {
    std::vector<std::string> group;
    std::vector<std::pair<Time, std::optional<double>>>
        points;  ///< What is compared; at most kReplayPointsMax.
    std::vector<ReplayedAlert> alerts;
    std::int64_t calls = 0;
};

/// Thread-safety: plain value.
struct Replay {
    Time from;
    Time to;
    std::vector<ReplayedGroup> groups;  ///< Those with most alerts first, then the largest.
    std::int64_t alerts = 0;            ///< Of all groups.
    std::int64_t left_out = 0;          ///< Groups.
};

/// A week of minutes.
inline constexpr std::size_t kReplayWindowsMax = 10'080;
/// Of points, so many are kept: of each stretch the one that is nearest to alarming.
inline constexpr std::size_t kReplayPointsMax = 1'000;
inline constexpr std::size_t kReplayGroupsMax = 50;

/// kInvalidArgument where its past is not kept (kHeadroom, own metrics). One or two questions to the
/// store, each within its time limit.
/// Thread-safety: safe for concurrent use.
Result<Replay> ReplayMonitor(const Monitor& monitor, const store::Store& store, Time from, Time to);

}  // namespace sightglass::alert
