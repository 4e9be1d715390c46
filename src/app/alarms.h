// Monitors and those who look at them, put together: what is asked of the running server for them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "alert/evaluator.h"
#include "alert/monitoring.h"
#include "base/files.h"
#include "base/result.h"
#include "base/time.h"
#include "live/live.h"
#include "notify/notify.h"
#include "serve/figures.h"
#include "state/alert_records.h"
#include "state/database.h"
#include "store/store.h"

namespace sightglass::app {

/// What must outlive Alarms.
struct AlarmParts {
    state::Database& database;
    notify::Outbox& outbox;
    live::Live& live;
    const store::Store& store;
    const Clock& clock;
    Path data_dir;
};

/// Thread-safety: Start and Stop from one thread; Monitoring is safe for concurrent use.
class Alarms {
public:
    /// Watches the live windows from here on: before they are restored. `figures` is called once
    /// Start was.
    static Result<std::unique_ptr<Alarms>>
    Open(const AlarmParts& parts, std::function<serve::Figures()> figures);

    /// Begins to look. `dashboard`: the address that links lead to.
    void Start(const std::string& dashboard);
    void Stop();

    alert::Monitoring& Monitoring() noexcept { return *monitoring_; }

private:
    explicit Alarms(state::Database& database) : records_(database) {}

    state::AlertRecords records_;
    std::unique_ptr<alert::Monitoring> monitoring_;
    std::unique_ptr<alert::Evaluator> evaluator_;
};

}  // namespace sightglass::app
