// The threads that look at monitors: alert-0 each second at what live windows know, alert-1 each ten
// seconds at what only the store does, so that a slow question holds no live one up.
//
//   Evaluator evaluator(*monitoring, deps);     // watches the live windows from here on
//   RestoreLive(…);
//   evaluator.Start();
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "alert/measure.h"
#include "alert/monitoring.h"
#include "base/mutex.h"
#include "base/time.h"
#include "live/live.h"
#include "store/store.h"

namespace sightglass::alert {

/// What Sightglass measures of itself. Counters only grow.
/// Thread-safety: plain value.
struct OwnFigures {
    double journal_lag_s = 0;
    double disk_used_ratio = 0;
    double in_flight = 0;
    double dropped = 0;           ///< Counter.
    double unrecorded_calls = 0;  ///< Counter.
};

struct EvaluatorDeps {
    const Clock& clock;
    live::Live& live;
    const store::Store& store;
    std::function<OwnFigures()> own_figures;
    /// Whether all that was recorded before the start is known again: until it once is, nothing is
    /// judged. Asked by LookLive alone.
    std::function<bool()> is_caught_up;
};

/// Thread-safety: Start and Stop from one thread; LookLive and LookStored from one thread each.
class Evaluator {
public:
    /// Both must outlive this.
    Evaluator(Monitoring& monitoring, EvaluatorDeps deps);
    ~Evaluator();
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    void Start();
    void Stop();

    /// One round of alert-0: what is known live, and what is told.
    void LookLive(Time now);

    /// One round of alert-1: everything else. `stop` is asked between two monitors.
    void LookStored(Time now, const std::stop_token& stop = {});

private:
    using MonitorPointer = std::shared_ptr<const Monitor>;

    struct OwnSample {
        Time at;
        OwnFigures figures;
    };

    /// Of a monitor that looks at whole buckets or at what was there before.
    struct Memory {
        MonitorPointer monitor;
        KnownGroups known = {};
        Time bucket = {};
        Measured measured = {};  ///< Of that bucket.
    };

    void WatchViews(const std::vector<MonitorPointer>& monitors, Time now);
    void Sample(Time now);
    Measured MeasureOwn(const Monitor& monitor, Time now) const;
    Result<Measured> MeasureOther(const MonitorPointer& monitor, Time now);

    Monitoring& monitoring_;
    const EvaluatorDeps deps_;
    std::atomic<bool> caught_up_{false};
    std::set<std::string> views_;             // alert-0's.
    std::deque<OwnSample> samples_;           // alert-0's.
    std::map<std::string, Memory> memories_;  // alert-1's.
    Guarded<std::set<std::string>>
        without_live_;  // Ids of those that windows do not know enough of.
    std::jthread live_thread_;
    std::jthread store_thread_;
};

}  // namespace sightglass::alert
