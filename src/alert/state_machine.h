// From one verdict to the next: ok, pending, firing, resolved. docs/monitors.md has the table.
//
// Time is counted as it passes between two steps, at most kStepMax of it: a clock that jumps ahead,
// or a stop of the server, is no long alarm; one that jumps back takes nothing away.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/monitor.h"
#include "base/result.h"
#include "base/time.h"

namespace sightglass::alert {

/// What a look at a group's numbers said.
enum class Outcome : std::uint8_t {
    kClear,    ///< Not alarming, and beyond the recovery threshold.
    kBetween,  ///< Not alarming any more, and not recovered either.
    kMet,      ///< Alarming.
    kNoData,   ///< There was nothing to judge.
};

enum class AlertStatus : std::uint8_t { kOk, kPending, kFiring, kCount_ };

/// "ok", "pending", "firing".
std::string_view ToString(AlertStatus status) noexcept;

/// What is remembered of one group of a monitor.
/// Thread-safety: plain value.
struct AlertState {
    std::string key;  ///< Of the monitor and the group; the alert's name outside.
    std::string monitor_id;
    std::vector<std::string> group;  ///< The values of group_by.
    AlertStatus status = AlertStatus::kOk;
    bool without_data = false;         ///< The last look had nothing to judge.
    Time stepped_at;                   ///< Of the last look.
    Time since;                        ///< Of the status.
    Duration met_for{};                ///< While pending.
    Duration clear_for{};              ///< While firing.
    std::optional<double> value;       ///< Last known.
    std::optional<double> confidence;  ///< How sure, 0 to 1; anomalies.
    std::string why;                   ///< In words, of the last time it was met.
    std::vector<Time> fired_at;        ///< The last few times, newest last.
    std::string acknowledged_by;       ///< Of this firing; empty: nobody.
    bool told = false;                 ///< Channels were told that it fires.
    Time told_at;
    std::string notice_key;  ///< Under which they were told.

    friend bool operator==(const AlertState&, const AlertState&) = default;
};

enum class Transition : std::uint8_t {
    kNone,
    kPending,   ///< ok to pending
    kFired,     ///< to firing
    kResolved,  ///< firing to ok
    kCalmed,    ///< pending to ok
};

inline constexpr Duration kStepMax = std::chrono::seconds(30);

/// An alert that fired so often within kFlapWithin is flapping: it is resolved only after it was over
/// for kFlapHold.
inline constexpr std::size_t kFlapTimes = 3;
inline constexpr Duration kFlapWithin = std::chrono::hours(1);
inline constexpr Duration kFlapHold = std::chrono::minutes(10);

bool IsFlapping(const AlertState& state, Time now) noexcept;

/// Brings the state to `now`. `step_max`: how far apart two looks may be; a replay's are further.
Transition Step(
    const Monitor& monitor,
    Outcome outcome,
    Time now,
    AlertState& state,
    Duration step_max = kStepMax
);

/// As it is kept in the state database.
std::string ToJson(const AlertState& state);
Result<AlertState> ParseAlertState(std::string_view json);

}  // namespace sightglass::alert
