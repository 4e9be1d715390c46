#include "alert/state_machine.h"

#include <algorithm>
#include <array>

#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::alert {
namespace {

constexpr std::array<std::string_view, 3> kStatuses{"ok", "pending", "firing"};
constexpr std::size_t kFiredKept = 8;

void Enter(AlertState& state, AlertStatus status, Time now) {
    state.status = status;
    state.since = now;
    state.met_for = {};
    state.clear_for = {};
}

Transition Fire(AlertState& state, Time now) {
    Enter(state, AlertStatus::kFiring, now);
    state.acknowledged_by.clear();
    state.told = false;
    state.notice_key.clear();
    state.fired_at.push_back(now);
    if (state.fired_at.size() > kFiredKept) {
        state.fired_at.erase(state.fired_at.begin());
    }
    return Transition::kFired;
}

Transition Met(const Monitor& monitor, Time now, Duration passed, AlertState& state) {
    state.clear_for = {};
    if (state.status == AlertStatus::kFiring) {
        return Transition::kNone;
    }
    if (state.status == AlertStatus::kOk) {
        Enter(state, AlertStatus::kPending, now);
        return monitor.hold_for == Duration(0) ? Fire(state, now) : Transition::kPending;
    }
    state.met_for += passed;
    return state.met_for >= monitor.hold_for ? Fire(state, now) : Transition::kNone;
}

Transition Cleared(const Monitor& monitor, Time now, Duration passed, AlertState& state) {
    if (state.status == AlertStatus::kPending) {
        Enter(state, AlertStatus::kOk, now);
        return Transition::kCalmed;
    }
    if (state.status == AlertStatus::kOk) {
        return Transition::kNone;
    }
    // From the first clear look on: before that, it was not known to be over.
    const bool first = state.clear_for == Duration(0);
    state.clear_for += first ? Duration(1) : passed;
    const Duration hold =
        IsFlapping(state, now) ? std::max(kFlapHold, monitor.recover_for) : monitor.recover_for;
    if (state.clear_for < hold) {
        return Transition::kNone;
    }
    Enter(state, AlertStatus::kOk, now);
    return Transition::kResolved;
}

Outcome Judged(NoData rule, Outcome outcome) noexcept {
    if (outcome != Outcome::kNoData) {
        return outcome;
    }
    if (rule == NoData::kAlert) {
        return Outcome::kMet;
    }
    return rule == NoData::kOk ? Outcome::kClear : Outcome::kNoData;
}

}  // namespace

std::string_view ToString(AlertStatus status) noexcept {
    return kStatuses.at(static_cast<std::size_t>(status));
}

bool IsFlapping(const AlertState& state, Time now) noexcept {
    const auto lately = std::count_if(state.fired_at.begin(), state.fired_at.end(), [&](Time at) {
        return now - at <= kFlapWithin;
    });
    return static_cast<std::size_t>(lately) >= kFlapTimes;
}

Transition
Step(const Monitor& monitor, Outcome outcome, Time now, AlertState& state, Duration step_max) {
    const bool is_first = state.stepped_at == Time{};
    const Duration passed =
        is_first ? Duration(0)
                 : std::clamp(Duration(now - state.stepped_at), Duration(0), step_max);
    state.stepped_at = now;
    state.without_data = outcome == Outcome::kNoData;
    switch (Judged(monitor.no_data, outcome)) {
        case Outcome::kMet:
            return Met(monitor, now, passed, state);
        case Outcome::kClear:
            return Cleared(monitor, now, passed, state);
        case Outcome::kBetween:
            if (state.status == AlertStatus::kPending) {
                Enter(state, AlertStatus::kOk, now);
                return Transition::kCalmed;
            }
            state.clear_for = {};
            break;
        case Outcome::kNoData:
            break;
    }
    return Transition::kNone;
}

std::string ToJson(const AlertState& state) {
    codec::JsonWriter json;
    const auto number = [&json](std::string_view name, const std::optional<double>& value) {
        json.Key(name);
        if (value) {
            json.Double(*value);
        } else {
            json.Null();
        }
    };
    json.BeginObject().Key("key").String(state.key).Key("monitor").String(state.monitor_id);
    json.Key("group").BeginArray();
    for (const std::string& name : state.group) {
        json.String(name);
    }
    json.EndArray().Key("status").String(ToString(state.status));
    json.Key("without_data").Bool(state.without_data);
    json.Key("stepped_us")
        .Int(ToMicros(state.stepped_at))
        .Key("since_us")
        .Int(ToMicros(state.since));
    json.Key("met_us").Int(state.met_for.count()).Key("clear_us").Int(state.clear_for.count());
    number("value", state.value);
    number("confidence", state.confidence);
    json.Key("why").String(state.why).Key("fired_us").BeginArray();
    for (const Time at : state.fired_at) {
        json.Int(ToMicros(at));
    }
    json.EndArray().Key("acknowledged_by").String(state.acknowledged_by);
    json.Key("told").Bool(state.told).Key("told_us").Int(ToMicros(state.told_at));
    json.Key("notice_key").String(state.notice_key);
    return json.EndObject().Take();
}

Result<AlertState> ParseAlertState(std::string_view text) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(text));
    const auto string = [&root](std::string_view name) {
        return std::string(root.Get(name).String().value_or(""));
    };
    const auto micros = [&root](std::string_view name) { return root.Get(name).Int().value_or(0); };
    AlertState state;
    state.key = string("key");
    state.monitor_id = string("monitor");
    root.Get("group").ForEach([&](std::string_view, codec::JsonValue name) {
        state.group.emplace_back(name.String().value_or(""));
        return true;
    });
    const auto status = std::find(kStatuses.begin(), kStatuses.end(), string("status"));
    if (state.key.empty() || status == kStatuses.end()) {
        return Error{ErrorCode::kCorrupt, "an alert's state without key or status"};
    }
    state.status = static_cast<AlertStatus>(status - kStatuses.begin());
    state.without_data = root.Get("without_data").Bool().value_or(false);
    state.stepped_at = TimeFromMicros(micros("stepped_us"));
    state.since = TimeFromMicros(micros("since_us"));
    state.met_for = Duration(micros("met_us"));
    state.clear_for = Duration(micros("clear_us"));
    state.value = root.Get("value").Double();
    state.confidence = root.Get("confidence").Double();
    state.why = string("why");
    root.Get("fired_us").ForEach([&](std::string_view, codec::JsonValue at) {
        state.fired_at.push_back(TimeFromMicros(at.Int().value_or(0)));
        return true;
    });
    state.acknowledged_by = string("acknowledged_by");
    state.told = root.Get("told").Bool().value_or(false);
    state.told_at = TimeFromMicros(micros("told_us"));
    state.notice_key = string("notice_key");
    return state;
}

}  // namespace sightglass::alert
