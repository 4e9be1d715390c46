// Monitors, their alerts, silences and routes: what the evaluator (evaluator.h) and the API share.
//
//   auto monitoring = Monitoring::Open(records, outbox, clock);
//   for (const auto& monitor : (*monitoring)->Enabled()) …        // evaluator: look at it
//   (*monitoring)->Take(monitor, measured, now);                  // each group's state moves on
//   (*monitoring)->Tell(now);                                     // written down, and told
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/alert_book.h"
#include "alert/monitor.h"
#include "alert/silence.h"
#include "alert/teller.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "notify/notify.h"
#include "state/alert_records.h"

namespace sightglass::alert {

/// Thread-safety: plain value.
struct MonitorView {
    std::shared_ptr<const Monitor> monitor;
    bool changed = false;  ///< A recommended one that is not as it came.
    LastLook last;
    std::int64_t firing = 0;
    std::int64_t pending = 0;
};

/// Thread-safety: plain value.
struct AlertView {
    std::shared_ptr<const Monitor> monitor;
    AlertState state;
    bool flapping = false;
    std::string silenced_by;  ///< Id of a silence; empty: none.
};

/// Thread-safety: plain value.
struct AlertQuestion {
    std::optional<AlertStatus> status;  ///< Nothing: pending and firing.
    std::string monitor_id;             ///< Empty: all.
    std::size_t skip = 0;
    std::size_t limit = 100;
};

/// Firing before pending, the gravest first, then the newest.
/// Thread-safety: plain value.
struct AlertPage {
    std::vector<AlertView> items;
    bool more = false;
    std::int64_t firing = 0;  ///< In all.
    std::int64_t pending = 0;
};

/// Thread-safety: plain value.
struct SilenceView {
    Silence silence;
    std::int64_t alerts = 0;  ///< That fire now and meet it.
};

struct MonitoringOptions {
    std::vector<Monitor> recommended = {};  ///< On from the start.
};

/// Thread-safety: safe for concurrent use. Changes are on the disk on return.
class Monitoring {
public:
    static constexpr std::size_t kMonitorsMax = 500;
    static constexpr std::size_t kSilencesMax = 1'000;

    /// Takes up what was kept. All of them must outlive this.
    static Result<std::unique_ptr<Monitoring>> Open(
        MonitoringOptions options,
        state::AlertRecords& records,
        notify::Outbox& outbox,
        const Clock& clock
    );

    /// By name.
    std::vector<MonitorView> Monitors() const;
    std::optional<MonitorView> FindMonitor(const std::string& id) const;

    /// Passed Check already. kConflict where there is one of that id, or there are too many.
    Result<MonitorView> Make(Monitor monitor);
    /// The same, in the place of one of that id.
    Result<MonitorView> Put(Monitor monitor);
    /// What `change` makes of it; the id stays. kNotFound.
    Result<MonitorView>
    Change(const std::string& id, const std::function<Result<Monitor>(const Monitor&)>& change);
    /// As it was. A recommended one becomes what it was as it came; kConflict where it is that already.
    Result<MonitorView> Remove(const std::string& id);

    AlertPage Alerts(const AlertQuestion& question) const;
    /// Of what fires; kNotFound otherwise. `by` empty takes it back.
    Result<AlertView>
    Acknowledge(std::string_view key, const std::string& by, const std::string& comment);
    Result<std::vector<state::AlertEvent>> History(const state::AlertEventQuestion& question) const;

    std::vector<SilenceView> Silences() const;
    Result<SilenceView> Silence(alert::Silence silence);
    /// Ends it, or forgets it where it is over or has not begun. kNotFound.
    Result<SilenceView> EndSilence(const std::string& id);

    std::vector<Route> Routes() const;
    Status SetRoutes(std::vector<Route> routes);

    // For the evaluator.

    /// Those to look at; the same pointers as long as nobody changes them.
    std::vector<std::shared_ptr<const Monitor>> Enabled() const;
    void Take(
        const std::shared_ptr<const Monitor>& monitor,
        const Result<Measured>& measured,
        bool live,
        Time now
    );
    /// Writes down what changed, and hands notices over.
    void Tell(Time now);
    /// "http://127.0.0.1:8080", for links.
    void SetDashboard(std::string address);

private:
    Monitoring(
        MonitoringOptions options,
        state::AlertRecords& records,
        notify::Outbox& outbox,
        const Clock& clock
    );

    Status Load();
    const Monitor* FindRecommended(const std::string& id) const;
    MonitorView ViewOf(const Watch& watch) const SG_REQUIRES(mutex_);
    AlertView ViewOf(const Watch& watch, const AlertState& state, Time now) const
        SG_REQUIRES(mutex_);
    SilenceView ViewOf(const alert::Silence& silence) const SG_REQUIRES(mutex_);
    Result<MonitorView> Keep(Monitor monitor) SG_REQUIRES(mutex_);
    void ForgetOldSilences(Time now) SG_REQUIRES(mutex_);

    const MonitoringOptions options_;
    state::AlertRecords& records_;
    const Clock& clock_;
    mutable Mutex mutex_;  ///< Held while the records are written.
    AlertBook book_ SG_GUARDED_BY(mutex_);
    Teller teller_ SG_GUARDED_BY(mutex_);
    std::vector<alert::Silence> silences_ SG_GUARDED_BY(mutex_);
    std::vector<Route> routes_ SG_GUARDED_BY(mutex_);
    std::string dashboard_ SG_GUARDED_BY(mutex_);
    Time tidied_at_ SG_GUARDED_BY(mutex_);
    UuidSource ids_ SG_GUARDED_BY(mutex_);
};

}  // namespace sightglass::alert
