// What a monitor's groups have come to: asked of the live windows where they know it, else of the
// store. evaluate.h judges it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "alert/evaluate.h"
#include "alert/monitor.h"
#include "base/result.h"
#include "base/time.h"
#include "live/series.h"
#include "live/windows.h"
#include "store/store.h"

namespace sightglass::alert {

/// Groups of one monitor that are judged; the largest where there are more.
inline constexpr std::size_t kGroupsMax = 10'000;

/// Thread-safety: plain value.
struct Measured {
    std::vector<Reading> readings;
    std::int64_t left_out = 0;  ///< Groups beyond kGroupsMax, as far as that is known.
};

/// What the values of a reading's group are called: group_by; of an anomaly also "shape", of headroom
/// "provider", "organization", "model", "api_key", "of".
std::vector<std::string> GroupNames(const Monitor& monitor);

/// Whether live windows can tell it: each second then, as long as they know all of the time asked for.
bool IsLive(const Monitor& monitor);

/// The view that has its calls; monitors with the same filter and group_by share one.
std::string ViewName(const Monitor& monitor);
live::ViewSpec ViewOf(const Monitor& monitor);

/// Nothing where the windows do not know enough yet. Precondition: IsLive.
std::optional<Measured> MeasureLive(const Monitor& monitor, const live::Windows& windows, Time now);

/// Of kHeadroom.
Measured
MeasureHeadroom(const Monitor& monitor, const std::vector<live::Headroom>& headrooms, Time now);

/// Every kind but kNew and kHeadroom. One to three questions to the store, each within its time limit.
Result<Measured> MeasureStored(const Monitor& monitor, const store::Store& store, Time now);

/// When the period that holds `now` began, and ends: of days and shorter ones from 00:00 UTC on, of
/// weeks from Monday, of 28 to 31 days the calendar's month.
struct Period {
    Time begin;
    Time end;
};

Period PeriodOf(Time now, Duration length);

/// Which groups there have been, for kNew.
/// Thread-safety: one thread at a time.
class KnownGroups {
public:
    static constexpr std::size_t kKnownMax = 100'000;

    /// Until calls of so long ago are known, nothing is new.
    static constexpr Duration kLearning = std::chrono::hours(24);

    /// Where a monitor's condition says no period, it looks so far back.
    static constexpr Duration kLookBack = std::chrono::hours(24 * 30);

    Result<Measured> Measure(const Monitor& monitor, const store::Store& store, Time now);

private:
    Status Load(const Monitor& monitor, const store::Store& store, Time now);

    bool loaded_ = false;
    bool learned_ = false;
    bool full_ = false;
    std::unordered_map<std::string, Time> first_seen_;
};

/// The values of a group as one text, each followed by a zero byte.
/// Thread-safety: pure.
std::string JoinGroup(const std::vector<std::string>& group);

}  // namespace sightglass::alert
