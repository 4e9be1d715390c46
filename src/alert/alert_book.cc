#include "alert/alert_book.h"

#include <algorithm>
#include <utility>

#include "alert/alert_text.h"
#include "alert/evaluate.h"
#include "base/log.h"
#include "codec/json_writer.h"

namespace sightglass::alert {
namespace {

constexpr std::int64_t kEventsKept = 100'000;
constexpr std::size_t kEventsBetweenPrunes = 1'000;
constexpr std::size_t kChangesPerTransaction = 500;

/// How much of the time that passed a crash may take away.
constexpr Duration kCountEvery = std::chrono::seconds(10);

bool WatchesTheSame(const Monitor& a, const Monitor& b) {
    return a.kind == b.kind && a.metric == b.metric && a.filter == b.filter &&
           a.group_by == b.group_by;
}

bool IsUnderWay(const AlertState& state) {
    return state.status == AlertStatus::kPending || state.clear_for > Duration(0);
}

}  // namespace

Status AlertBook::Load() {
    SG_ASSIGN_OR_RETURN(const std::vector<state::NamedRecord> kept, records_.AllStates());
    for (const state::NamedRecord& record : kept) {
        auto state = ParseAlertState(record.text);
        const auto watch = state.Ok() ? watches_.find(state->monitor_id) : watches_.end();
        if (watch == watches_.end()) {
            changed_[record.name] = "";
            continue;
        }
        std::string group = JoinGroup(state->group);
        watch->second.states.insert_or_assign(std::move(group), std::move(state).value());
    }
    return {};
}

void AlertBook::Set(const std::shared_ptr<const Monitor>& monitor, Time now) {
    Watch& watch = watches_[monitor->id];
    const bool goes_on =
        watch.monitor == nullptr || (monitor->enabled && WatchesTheSame(*watch.monitor, *monitor));
    if (!goes_on) {
        EndAll(watch, now);
        leaving_.push_back(std::move(watch));
        watch = Watch{};
    }
    watch.monitor = monitor;
    watch.last = {};
}

void AlertBook::Remove(const std::string& monitor_id, Time now) {
    const auto found = watches_.find(monitor_id);
    if (found != watches_.end()) {
        EndAll(found->second, now);
        leaving_.push_back(std::move(found->second));
        watches_.erase(found);
    }
}

void AlertBook::EndAll(Watch& watch, Time now) {
    for (auto& [group, state] : watch.states) {
        if (state.status == AlertStatus::kFiring) {
            Note("resolved", *watch.monitor, state, now);
        }
        state.status = AlertStatus::kOk;
        state.since = now;
        Touch(state);
    }
}

void AlertBook::Step(
    const std::shared_ptr<const Monitor>& monitor,
    const Measured& measured,
    Time now
) {
    const auto found = watches_.find(monitor->id);
    if (found == watches_.end() || found->second.monitor != monitor) {
        return;
    }
    Watch& watch = found->second;
    watch.last.at = now;
    watch.last.trouble.clear();
    watch.last.groups = static_cast<std::int64_t>(measured.readings.size());
    watch.last.left_out = measured.left_out;
    watch.last.judged = 0;
    for (const Reading& reading : measured.readings) {
        StepOne(watch, reading, JoinGroup(reading.group), now);
    }
    // Those that were not found have no data.
    for (auto& [group, state] : watch.states) {
        if (state.stepped_at != now) {
            Reading nothing;
            nothing.group = state.group;
            StepOne(watch, nothing, group, now);
        }
    }
}

void AlertBook::StepOne(Watch& watch, const Reading& reading, const std::string& group, Time now) {
    const Monitor& monitor = *watch.monitor;
    Verdict verdict = Judge(monitor, reading);
    watch.last.judged += verdict.outcome == Outcome::kNoData ? 0 : 1;
    auto found = watch.states.find(group);
    if (found == watch.states.end()) {
        const bool alarming =
            verdict.outcome == Outcome::kMet ||
            (verdict.outcome == Outcome::kNoData && monitor.no_data == NoData::kAlert);
        if (!alarming) {
            return;
        }
        if (watch.states.size() >= kGroupsMax) {
            ++watch.last.left_out;
            return;
        }
        found = watch.states.emplace(group, AlertState{}).first;
        found->second.key = AlertKey(monitor.id, reading.group);
        found->second.monitor_id = monitor.id;
        found->second.group = reading.group;
    }
    AlertState& state = found->second;
    const Transition transition = alert::Step(monitor, verdict.outcome, now, state);
    // What is over keeps the value that it was about.
    if (transition != Transition::kResolved && verdict.outcome != Outcome::kNoData) {
        state.value = verdict.value;
        state.confidence = verdict.confidence;
    }
    if (verdict.outcome == Outcome::kMet) {
        state.why = std::move(verdict.why);
    }
    if (transition == Transition::kFired) {
        Note("fired", monitor, state, now);
    } else if (transition == Transition::kResolved) {
        Note("resolved", monitor, state, now);
    }
    if (transition != Transition::kNone) {
        Touch(state);
    }
}

void AlertBook::SetTrouble(const std::string& monitor_id, std::string trouble) {
    const auto found = watches_.find(monitor_id);
    if (found != watches_.end()) {
        found->second.last.trouble = std::move(trouble);
    }
}

void AlertBook::SetLive(const std::string& monitor_id, bool live) {
    const auto found = watches_.find(monitor_id);
    if (found != watches_.end()) {
        found->second.last.live = live;
    }
}

void AlertBook::Note(
    std::string_view what,
    const Monitor& monitor,
    const AlertState& state,
    Time at,
    const std::vector<std::pair<std::string, std::string>>& more
) {
    codec::JsonWriter json;
    json.BeginObject();
    WriteCommon(json, monitor, state);
    const bool over = what == "resolved" && !state.fired_at.empty();
    json.Key("began_at").StringOrNull(over ? FormatTime(state.fired_at.back()) : std::string());
    for (const std::string_view name : {"by", "comment"}) {
        const auto found = std::find_if(more.begin(), more.end(), [name](const auto& each) {
            return each.first == name;
        });
        json.Key(name).StringOrNull(found == more.end() ? std::string() : found->second);
    }
    json.EndObject();
    events_.push_back(
        {.id = 0,
         .at = at,
         .monitor_id = monitor.id,
         .alert_key = state.key,
         .what = std::string(what),
         .text = json.Take()}
    );
}

void AlertBook::Tidy(Time now) {
    // A monitor that is gone may have come back, with alerts of the same keys.
    const auto is_back = [&](const Watch& watch, const AlertState& state, const std::string& group
                         ) {
        const auto found = watches_.find(state.monitor_id);
        return found != watches_.end() && &found->second != &watch &&
               found->second.states.contains(group);
    };
    const auto tidy = [&](Watch& watch, Duration remembered) {
        std::erase_if(watch.states, [&](const auto& each) {
            const auto& [group, state] = each;
            const bool lately =
                !state.fired_at.empty() && now - state.fired_at.back() <= remembered;
            const bool is_over = state.status == AlertStatus::kOk && !state.told && !lately;
            if (is_over && !is_back(watch, state, group)) {
                changed_[state.key] = "";
            }
            return is_over;
        });
    };
    for (auto& [id, watch] : watches_) {
        tidy(watch, kFlapWithin);
    }
    for (Watch& watch : leaving_) {
        tidy(watch, Duration(0));
    }
    std::erase_if(leaving_, [](const Watch& watch) { return watch.states.empty(); });
}

void AlertBook::TouchUnderWay() {
    for (const auto& [id, watch] : watches_) {
        for (const auto& [group, state] : watch.states) {
            if (IsUnderWay(state)) {
                Touch(state);
            }
        }
    }
}

Status AlertBook::Keep(Time now) {
    if (now - counted_at_ >= kCountEvery || now < counted_at_) {
        counted_at_ = now;
        TouchUnderWay();
    }
    // What happened goes first: a state without it would hide it.
    while (!changed_.empty() || !events_.empty()) {
        std::vector<state::NamedRecord> states;
        auto last = changed_.begin();
        while (last != changed_.end() && states.size() < kChangesPerTransaction) {
            states.push_back({last->first, last->second});
            ++last;
        }
        SG_TRY(records_.Keep(states, events_));
        noted_ += events_.size();
        events_.clear();
        changed_.erase(changed_.begin(), last);
    }
    if (noted_ >= kEventsBetweenPrunes) {
        noted_ = 0;
        return records_.PruneEvents(kEventsKept);
    }
    return {};
}

AlertBook::Found AlertBook::Find(std::string_view key) {
    const auto found = watches_.find(std::string(key.substr(0, key.find('.'))));
    if (found != watches_.end()) {
        for (auto& [group, state] : found->second.states) {
            if (state.key == key) {
                return {&found->second, &state};
            }
        }
    }
    return {};
}

}  // namespace sightglass::alert
