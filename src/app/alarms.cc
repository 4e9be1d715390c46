#include "app/alarms.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include "alert/recommended.h"

namespace sightglass::app {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What the journal still holds at the start is known again by then, or so much is recorded that it
/// never is.
constexpr Duration kCatchUpMax = std::chrono::seconds(30);
constexpr Duration kCaughtUpLag = std::chrono::seconds(2);

/// As df counts: what is set aside for the superuser is neither used nor there.
double DiskUsedRatio(const Path& directory) {
    std::error_code failed;
    const auto space = std::filesystem::space(directory, failed);
    if (failed || space.free > space.capacity) {
        return 0;
    }
    const auto used = static_cast<double>(space.capacity - space.free);
    const auto all = used + static_cast<double>(space.available);
    return all > 0 ? used / all : 0;
}

alert::OwnFigures OwnFiguresOf(const serve::Figures& figures, const Path& directory) {
    alert::OwnFigures own;
    own.journal_lag_s = static_cast<double>(figures.pipeline.lag.count()) * 1e-6;
    own.disk_used_ratio = DiskUsedRatio(directory);
    own.in_flight = static_cast<double>(figures.gateway.in_flight);
    own.dropped = static_cast<double>(
        figures.derive.dropped_queue_full + figures.derive.dropped_journal_full
    );
    own.unrecorded_calls = static_cast<double>(figures.gateway.unrecorded_calls);
    return own;
}

}  // namespace

Result<std::unique_ptr<Alarms>>
Alarms::Open(const AlarmParts& parts, std::function<serve::Figures()> figures) {
    std::unique_ptr<Alarms> alarms(new Alarms(parts.database));
    SG_ASSIGN_OR_RETURN(
        alarms->monitoring_,
        alert::Monitoring::Open(
            {.recommended = alert::RecommendedMonitors()},
            alarms->records_,
            parts.outbox,
            parts.clock
        )
    );
    auto is_caught_up = [figures, since = std::optional<SteadyTime>()]() mutable {
        const SteadyTime now = std::chrono::steady_clock::now();
        since = since.value_or(now);
        return now - *since > kCatchUpMax || figures().pipeline.lag < kCaughtUpLag;
    };
    alarms->evaluator_ = std::make_unique<alert::Evaluator>(
        *alarms->monitoring_,
        alert::EvaluatorDeps{
            .clock = parts.clock,
            .live = parts.live,
            .store = parts.store,
            .own_figures = [figures,
                            directory =
                                parts.data_dir] { return OwnFiguresOf(figures(), directory); },
            .is_caught_up = is_caught_up}
    );
    return alarms;
}

void Alarms::Start(const std::string& dashboard) {
    monitoring_->SetDashboard(dashboard);
    evaluator_->Start();
}

void Alarms::Stop() {
    evaluator_->Stop();
}

}  // namespace sightglass::app
