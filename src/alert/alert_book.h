// Every monitor and what its groups have come to; kept over a restart.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "alert/measure.h"
#include "alert/monitor.h"
#include "alert/state_machine.h"
#include "base/result.h"
#include "base/time.h"
#include "state/alert_records.h"

namespace sightglass::alert {

/// What the last look at a monitor said.
/// Thread-safety: plain value.
struct LastLook {
    Time at;                    ///< The epoch: there was none yet.
    std::int64_t groups = 0;    ///< That it found.
    std::int64_t judged = 0;    ///< Of them, those that had something to judge.
    std::int64_t left_out = 0;  ///< Groups that are not judged, because there are too many.
    std::string trouble = {};   ///< Why it could not be evaluated.
    bool live = false;          ///< It was asked of live windows.
};

/// One monitor. Groups that are ok, and have been for long, have no state: it would say nothing.
/// Thread-safety: as AlertBook.
struct Watch {
    std::shared_ptr<const Monitor> monitor;
    std::unordered_map<std::string, AlertState> states = {};  ///< By JoinGroup.
    LastLook last = {};
};

/// Thread-safety: one thread at a time.
class AlertBook {
public:
    /// The records must outlive this.
    explicit AlertBook(state::AlertRecords& records) : records_(records) {}

    /// Takes up what was kept, of the monitors that there are.
    Status Load();

    /// Adds the monitor, or replaces the one of that id. Where what is watched is another thing now,
    /// or nothing, its alerts end.
    void Set(const std::shared_ptr<const Monitor>& monitor, Time now);
    void Remove(const std::string& monitor_id, Time now);

    /// Brings the monitor's groups to `now`. Passed over where the monitor has been replaced.
    void Step(const std::shared_ptr<const Monitor>& monitor, const Measured& measured, Time now);

    /// It could not be evaluated: nothing changes.
    void SetTrouble(const std::string& monitor_id, std::string trouble);
    void SetLive(const std::string& monitor_id, bool live);

    /// Writes down what changed since the last time.
    Status Keep(Time now);

    /// A change by somebody else than Step.
    void TouchUnderWay();

    void Touch(const AlertState& state) { changed_[state.key] = ToJson(state); }

    /// `more`: members that only this has, such as "by".
    void Note(
        std::string_view what,
        const Monitor& monitor,
        const AlertState& state,
        Time at,
        const std::vector<std::pair<std::string, std::string>>& more = {}
    );

    std::map<std::string, Watch>& Watches() noexcept { return watches_; }

    const std::map<std::string, Watch>& Watches() const noexcept { return watches_; }

    /// Of monitors that are gone: until all who were told know that it is over.
    std::vector<Watch>& Leaving() noexcept { return leaving_; }

    /// Forgets states that say nothing any more.
    void Tidy(Time now);

    struct Found {
        Watch* watch = nullptr;
        AlertState* state = nullptr;
    };

    /// Nulls where there is none.
    Found Find(std::string_view key);

private:
    void StepOne(Watch& watch, const Reading& reading, const std::string& group, Time now);
    void EndAll(Watch& watch, Time now);

    state::AlertRecords& records_;
    std::map<std::string, Watch> watches_;
    std::vector<Watch> leaving_;
    std::unordered_map<std::string, std::string> changed_;  // Texts by key; empty: removed.
    std::vector<state::AlertEvent> events_;
    Time counted_at_;  // When times that pass were written down last.
    std::size_t noted_ = 0;
};

}  // namespace sightglass::alert
