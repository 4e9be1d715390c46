#include "alert/monitoring.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/log.h"

namespace sightglass::alert {
namespace {

constexpr Duration kSilenceKept = std::chrono::hours(24 * 7);
constexpr Duration kTidyEvery = std::chrono::seconds(10);
constexpr const char* kRoutesName = "all";

void LogFailure(std::string_view what, const Status& status) {
    if (!status.Ok()) {
        Log(LogLevel::kError, "alert", std::string(what) + ": " + status.error().message);
    }
}

bool ComesBefore(const AlertView& a, const AlertView& b) {
    const auto rank = [](const AlertView& view) {
        return std::make_tuple(
            view.state.status == AlertStatus::kFiring ? 0 : 1,
            -static_cast<int>(view.monitor->severity),
            -ToMicros(view.state.since)
        );
    };
    return std::tuple_cat(rank(a), std::tie(a.state.key)) <
           std::tuple_cat(rank(b), std::tie(b.state.key));
}

bool IsShown(const AlertState& state, const AlertQuestion& question) {
    return state.status != AlertStatus::kOk &&
           (!question.status || state.status == *question.status);
}

}  // namespace

Monitoring::Monitoring(
    MonitoringOptions options,
    state::AlertRecords& records,
    notify::Outbox& outbox,
    const Clock& clock
)
    : options_(std::move(options)),
      records_(records),
      clock_(clock),
      book_(records),
      teller_(outbox) {}

Result<std::unique_ptr<Monitoring>> Monitoring::Open(
    MonitoringOptions options,
    state::AlertRecords& records,
    notify::Outbox& outbox,
    const Clock& clock
) {
    std::unique_ptr<Monitoring> monitoring(
        new Monitoring(std::move(options), records, outbox, clock)
    );
    SG_TRY(monitoring->Load());
    return monitoring;
}

Status Monitoring::Load() {
    const MutexLock lock(mutex_);
    const Time now = clock_.Now();
    for (const Monitor& monitor : options_.recommended) {
        book_.Set(std::make_shared<const Monitor>(monitor), now);
    }
    SG_ASSIGN_OR_RETURN(const std::vector<state::NamedRecord> kept, records_.All("monitor"));
    for (const state::NamedRecord& record : kept) {
        auto monitor = ParseMonitor(record.text);
        if (!monitor.Ok()) {
            Log(LogLevel::kError, "alert", record.name + ": " + monitor.error().message);
            continue;
        }
        monitor->recommended = FindRecommended(monitor->id) != nullptr;
        book_.Watches().erase(monitor->id);
        book_.Set(std::make_shared<const Monitor>(std::move(monitor).value()), now);
    }
    SG_ASSIGN_OR_RETURN(const std::vector<state::NamedRecord> silences, records_.All("silence"));
    for (const state::NamedRecord& record : silences) {
        if (auto silence = ParseKeptSilence(record.text); silence.Ok()) {
            silences_.push_back(std::move(silence).value());
        }
    }
    SG_ASSIGN_OR_RETURN(const std::vector<state::NamedRecord> routes, records_.All("route"));
    for (const state::NamedRecord& record : routes) {
        if (auto list = ParseRoutes(record.text); list.Ok()) {
            routes_ = std::move(list).value();
        }
    }
    return book_.Load();
}

const Monitor* Monitoring::FindRecommended(const std::string& id) const {
    const auto found = std::find_if(
        options_.recommended.begin(),
        options_.recommended.end(),
        [&id](const Monitor& monitor) { return monitor.id == id; }
    );
    return found == options_.recommended.end() ? nullptr : &*found;
}

MonitorView Monitoring::ViewOf(const Watch& watch) const {
    MonitorView view;
    view.monitor = watch.monitor;
    view.last = watch.last;
    const Monitor* const recommended = FindRecommended(watch.monitor->id);
    view.changed = recommended != nullptr && *recommended != *watch.monitor;
    for (const auto& [group, state] : watch.states) {
        view.firing += state.status == AlertStatus::kFiring ? 1 : 0;
        view.pending += state.status == AlertStatus::kPending ? 1 : 0;
    }
    return view;
}

AlertView Monitoring::ViewOf(const Watch& watch, const AlertState& state, Time now) const {
    const alert::Silence* const silence = FindSilence(silences_, *watch.monitor, state.group, now);
    return {
        .monitor = watch.monitor,
        .state = state,
        .flapping = IsFlapping(state, now),
        .silenced_by = silence == nullptr ? std::string() : silence->id};
}

SilenceView Monitoring::ViewOf(const alert::Silence& silence) const {
    SilenceView view{.silence = silence};
    for (const auto& [id, watch] : book_.Watches()) {
        for (const auto& [group, state] : watch.states) {
            const bool meets = state.status == AlertStatus::kFiring &&
                               MeetsAll(silence.matchers, *watch.monitor, state.group);
            view.alerts += meets ? 1 : 0;
        }
    }
    return view;
}

std::vector<MonitorView> Monitoring::Monitors() const {
    const MutexLock lock(mutex_);
    std::vector<MonitorView> views;
    for (const auto& [id, watch] : book_.Watches()) {
        views.push_back(ViewOf(watch));
    }
    std::sort(views.begin(), views.end(), [](const MonitorView& a, const MonitorView& b) {
        return std::tie(a.monitor->name, a.monitor->id) < std::tie(b.monitor->name, b.monitor->id);
    });
    return views;
}

std::optional<MonitorView> Monitoring::FindMonitor(const std::string& id) const {
    const MutexLock lock(mutex_);
    const auto found = book_.Watches().find(id);
    return found == book_.Watches().end() ? std::nullopt : std::optional(ViewOf(found->second));
}

Result<MonitorView> Monitoring::Keep(Monitor monitor) {
    const auto found = book_.Watches().find(monitor.id);
    if (found == book_.Watches().end() && book_.Watches().size() >= kMonitorsMax) {
        return Error{ErrorCode::kConflict, "there are 500 monitors already"};
    }
    const Monitor* const recommended = FindRecommended(monitor.id);
    monitor.recommended = recommended != nullptr;
    if (recommended != nullptr && *recommended == monitor) {
        SG_TRY(records_.Remove("monitor", monitor.id));
    } else {
        SG_TRY(records_.Put("monitor", {monitor.id, ToJson(monitor)}));
    }
    const std::string id = monitor.id;
    book_.Set(std::make_shared<const Monitor>(std::move(monitor)), clock_.Now());
    return ViewOf(book_.Watches().at(id));
}

Result<MonitorView> Monitoring::Make(Monitor monitor) {
    const MutexLock lock(mutex_);
    if (book_.Watches().contains(monitor.id)) {
        return Error{ErrorCode::kConflict, "there is a monitor " + monitor.id + " already"};
    }
    return Keep(std::move(monitor));
}

Result<MonitorView> Monitoring::Put(Monitor monitor) {
    const MutexLock lock(mutex_);
    return Keep(std::move(monitor));
}

Result<MonitorView> Monitoring::Change(
    const std::string& id,
    const std::function<Result<Monitor>(const Monitor&)>& change
) {
    const MutexLock lock(mutex_);
    const auto found = book_.Watches().find(id);
    if (found == book_.Watches().end()) {
        return Error{ErrorCode::kNotFound, "there is no monitor of that id"};
    }
    SG_ASSIGN_OR_RETURN(Monitor changed, change(*found->second.monitor));
    changed.id = id;
    return Keep(std::move(changed));
}

Result<MonitorView> Monitoring::Remove(const std::string& id) {
    const MutexLock lock(mutex_);
    const auto found = book_.Watches().find(id);
    if (found == book_.Watches().end()) {
        return Error{ErrorCode::kNotFound, "there is no monitor of that id"};
    }
    MonitorView was = ViewOf(found->second);
    const Monitor* const recommended = FindRecommended(id);
    if (recommended != nullptr && !was.changed) {
        return Error{
            ErrorCode::kConflict,
            "a recommended monitor cannot be removed; switch it off with {\"enabled\": false}"};
    }
    SG_TRY(records_.Remove("monitor", id));
    const Time now = clock_.Now();
    if (recommended != nullptr) {
        book_.Set(std::make_shared<const Monitor>(*recommended), now);
    } else {
        book_.Remove(id, now);
    }
    return was;
}

AlertPage Monitoring::Alerts(const AlertQuestion& question) const {
    const MutexLock lock(mutex_);
    const Time now = clock_.Now();
    AlertPage page;
    std::vector<AlertView> all;
    for (const auto& [id, watch] : book_.Watches()) {
        if (!question.monitor_id.empty() && question.monitor_id != id) {
            continue;
        }
        for (const auto& [group, state] : watch.states) {
            page.firing += state.status == AlertStatus::kFiring ? 1 : 0;
            page.pending += state.status == AlertStatus::kPending ? 1 : 0;
            if (IsShown(state, question)) {
                all.push_back(
                    {.monitor = watch.monitor, .state = state, .flapping = false, .silenced_by = {}}
                );
            }
        }
    }
    const std::size_t begin = std::min(question.skip, all.size());
    const std::size_t end = std::min(begin + question.limit, all.size());
    std::partial_sort(
        all.begin(),
        all.begin() + static_cast<std::ptrdiff_t>(end),
        all.end(),
        ComesBefore
    );
    page.more = end < all.size();
    for (std::size_t i = begin; i < end; ++i) {
        const Watch watch{.monitor = all[i].monitor};
        page.items.push_back(ViewOf(watch, all[i].state, now));
    }
    return page;
}

Result<AlertView>
Monitoring::Acknowledge(std::string_view key, const std::string& by, const std::string& comment) {
    const MutexLock lock(mutex_);
    const AlertBook::Found found = book_.Find(key);
    if (found.state == nullptr || found.state->status != AlertStatus::kFiring) {
        return Error{ErrorCode::kNotFound, "nothing of that key fires"};
    }
    const Time now = clock_.Now();
    found.state->acknowledged_by = by;
    book_.Touch(*found.state);
    book_.Note(
        by.empty() ? "unacknowledged" : "acknowledged",
        *found.watch->monitor,
        *found.state,
        now,
        {{"by", by}, {"comment", comment}}
    );
    SG_TRY(book_.Keep(now));
    return ViewOf(*found.watch, *found.state, now);
}

Result<std::vector<state::AlertEvent>> Monitoring::History(const state::AlertEventQuestion& question
) const {
    return records_.ListEvents(question);
}

std::vector<SilenceView> Monitoring::Silences() const {
    const MutexLock lock(mutex_);
    std::vector<SilenceView> views;
    for (const alert::Silence& silence : silences_) {
        views.push_back(ViewOf(silence));
    }
    std::sort(views.begin(), views.end(), [](const SilenceView& a, const SilenceView& b) {
        return a.silence.ends_at > b.silence.ends_at;
    });
    return views;
}

Result<SilenceView> Monitoring::Silence(alert::Silence silence) {
    const MutexLock lock(mutex_);
    if (silences_.size() >= kSilencesMax) {
        return Error{ErrorCode::kConflict, "there are 1,000 silences already"};
    }
    silence.created_at = clock_.Now();
    silence.id = ToString(ids_.Next(silence.created_at));
    SG_TRY(records_.Put("silence", {silence.id, ToJson(silence)}));
    silences_.push_back(silence);
    return ViewOf(silence);
}

Result<SilenceView> Monitoring::EndSilence(const std::string& id) {
    const MutexLock lock(mutex_);
    const auto found = std::find_if(silences_.begin(), silences_.end(), [&id](const auto& each) {
        return each.id == id;
    });
    if (found == silences_.end()) {
        return Error{ErrorCode::kNotFound, "there is no silence of that id"};
    }
    const Time now = clock_.Now();
    if (found->IsActive(now)) {
        found->ends_at = now;
        SG_TRY(records_.Put("silence", {id, ToJson(*found)}));
        return ViewOf(*found);
    }
    SG_TRY(records_.Remove("silence", id));
    SilenceView was = ViewOf(*found);
    silences_.erase(found);
    return was;
}

void Monitoring::ForgetOldSilences(Time now) {
    std::erase_if(silences_, [&](const alert::Silence& silence) {
        const bool old = now - silence.ends_at > kSilenceKept;
        return old && records_.Remove("silence", silence.id).Ok();
    });
}

std::vector<Route> Monitoring::Routes() const {
    const MutexLock lock(mutex_);
    return routes_;
}

Status Monitoring::SetRoutes(std::vector<Route> routes) {
    const MutexLock lock(mutex_);
    SG_TRY(records_.Put("route", {kRoutesName, ToJson(routes)}));
    routes_ = std::move(routes);
    return {};
}

std::vector<std::shared_ptr<const Monitor>> Monitoring::Enabled() const {
    const MutexLock lock(mutex_);
    std::vector<std::shared_ptr<const Monitor>> enabled;
    for (const auto& [id, watch] : book_.Watches()) {
        if (watch.monitor->enabled) {
            enabled.push_back(watch.monitor);
        }
    }
    return enabled;
}

void Monitoring::Take(
    const std::shared_ptr<const Monitor>& monitor,
    const Result<Measured>& measured,
    bool live,
    Time now
) {
    const MutexLock lock(mutex_);
    book_.SetLive(monitor->id, live);
    if (measured.Ok()) {
        book_.Step(monitor, *measured, now);
    } else {
        book_.SetTrouble(monitor->id, measured.error().message);
    }
}

void Monitoring::Tell(Time now) {
    const MutexLock lock(mutex_);
    // Written down before it is told: what is told twice is told under one id then.
    const Status kept = book_.Keep(now);
    LogFailure("write down alerts", kept);
    if (!kept.Ok()) {
        return;
    }
    teller_.Tell(book_, {.silences = silences_, .routes = routes_, .dashboard = dashboard_}, now);
    if (now - tidied_at_ >= kTidyEvery || now < tidied_at_) {
        tidied_at_ = now;
        book_.Tidy(now);
        ForgetOldSilences(now);
    }
    LogFailure("write down what was told", book_.Keep(now));
}

void Monitoring::SetDashboard(std::string address) {
    const MutexLock lock(mutex_);
    dashboard_ = std::move(address);
}

}  // namespace sightglass::alert
