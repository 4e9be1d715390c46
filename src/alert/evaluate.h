// Whether a group's numbers are alarming: one pure function for all kinds of monitors.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alert/anomaly.h"
#include "alert/monitor.h"
#include "alert/state_machine.h"
#include "base/time.h"

namespace sightglass::alert {

/// What was measured of one group. Which members count depends on the monitor's kind.
/// Thread-safety: plain value.
struct Reading {
    std::vector<std::string> group;
    std::optional<double> value;  ///< The metric over the window. forecast: since the period began.
    std::int64_t calls = 0;       ///< In the window.
    std::optional<double> before;       ///< change: a period earlier.
    std::optional<double> short_value;  ///< burn_rate: over the short window.
    std::optional<double> lately;       ///< forecast: over the window.
    Duration period_left{};             ///< forecast: until the limit begins anew.
    std::optional<AnomalyScore> score;  ///< anomaly: of one shape.
    bool is_new = false;                ///< new: this group was not there before.
};

/// Thread-safety: plain value.
struct Verdict {
    Outcome outcome = Outcome::kNoData;
    std::optional<double> value;       ///< What is compared with the threshold.
    std::optional<double> confidence;  ///< 0 to 1.
    std::string why;                   ///< In words, for the notice.
};

Verdict Judge(const Monitor& monitor, const Reading& reading);

/// For people: "0.125" as "12.5 %", 1234567 tokens as "1,234,567", by the metric's unit.
std::string FormatValue(const Monitor& monitor, double value);

}  // namespace sightglass::alert
