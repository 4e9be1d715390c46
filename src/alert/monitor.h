// A monitor as data: what is watched, when that is alarming, and whom it concerns. Read this header
// first; evaluate.h says what each kind means, state_machine.h what follows.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sightglass::codec {
class JsonWriter;
}

namespace sightglass::alert {

enum class Kind : std::uint8_t {
    kThreshold,  ///< The metric over the window.
    kChange,  ///< The window against the one a period before, as a fraction: 0.5 is half as much again.
    kAnomaly,   ///< How far the metric is from what this hour of the week usually has.
    kForecast,  ///< In how many hours the limit of the period is reached, at the present rate.
    kBurnRate,  ///< How many times as fast as allowed a budget is used up, over two windows.
    kHeadroom,  ///< Of limits that providers state: percent used, or minutes to the first refusal.
    kNew,       ///< A group that has not been seen before.
    kCount_
};

enum class Severity : std::uint8_t { kInfo, kWarning, kCritical, kCount_ };

/// What an answer without data means.
enum class NoData : std::uint8_t {
    kOk,     ///< There is nothing to worry about.
    kKeep,   ///< Everything stays as it is.
    kAlert,  ///< That is what is alarming.
    kCount_
};

enum class Direction : std::uint8_t { kBoth, kUp, kDown, kCount_ };

std::string_view ToString(Kind kind) noexcept;
std::string_view ToString(Severity severity) noexcept;
std::string_view ToString(NoData rule) noexcept;
std::string_view ToString(Direction direction) noexcept;

/// When the metric is alarming.
/// Thread-safety: plain value.
struct AlertCondition {
    bool above = true;  ///< op ">" or "<".
    double value = 0;   ///< The threshold; anomaly: how many spreads.
    std::optional<double>
        recovery{};              ///< Over only once it is back beyond this; the threshold itself
                                 ///< where it is not set.
    std::int64_t min_calls = 0;  ///< Fewer in the window, and the group is not judged.
    Duration period{};  ///< change: how long before. forecast, burn_rate of money: of the limit.
    Direction direction = Direction::kBoth;  ///< anomaly
    double limit = 0;         ///< forecast, burn_rate: dollars or tokens in a period.
    double objective = 0;     ///< burn_rate of errors: 0.99 allows one call in a hundred to fail.
    Duration short_window{};  ///< burn_rate: the second window.

    friend bool operator==(const AlertCondition&, const AlertCondition&) = default;
};

struct Monitor {
    std::string id;
    std::string name;
    Kind kind = Kind::kThreshold;
    std::string metric;
    std::string filter;  ///< In the filter syntax (analytics/filter_text.h).
    std::vector<std::string> group_by;
    Duration window = std::chrono::minutes(5);
    AlertCondition condition;
    Duration hold_for{};     ///< "for": so long it must be met before the alert fires.
    Duration recover_for{};  ///< And be over before it is resolved.
    NoData no_data = NoData::kOk;
    Severity severity = Severity::kWarning;
    std::string message;  ///< {value}, {threshold}, {group}, {<dimension>} are filled in.
    std::string team;     ///< Whom it concerns.
    std::string service;
    std::vector<std::string> channels;  ///< Ids; empty: as routes say.
    bool enabled = true;
    bool recommended = false;  ///< One of ours, as it came or changed.

    friend bool operator==(const Monitor&, const Monitor&) = default;
};

/// What is measured of Sightglass itself, and may stand as `metric` without group_by and filter.
/// "journal_lag_s", "dropped", "unrecorded_calls", "disk_used_ratio", "in_flight".
const std::vector<std::string_view>& OwnMetrics();

/// Metrics of kHeadroom: "limit_used_percent" and "minutes_to_429", of whichever of requests and
/// tokens is nearer.
const std::vector<std::string_view>& HeadroomMetrics();

/// Whether all that is asked for is there and goes together. kInvalidArgument says which member is
/// wrong and what is allowed.
Status Check(const Monitor& monitor);

/// Reads JSON, or members over what `base` has. Unknown members are refused.
Result<Monitor> ParseMonitor(std::string_view json, const Monitor& base = {});

/// The JSON of the API, without its state. Members in the same order always.
std::string ToJson(const Monitor& monitor);
/// The same members within an object that is being written.
void WriteMembers(codec::JsonWriter& json, const Monitor& monitor);

/// An id made of a name: "Errors by model" gives "errors-by-model"; "monitor" where nothing is left.
std::string IdOf(std::string_view name);

}  // namespace sightglass::alert
