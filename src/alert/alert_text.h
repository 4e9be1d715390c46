// An alert in words and JSON: what notices, the API and the history say of it.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/monitor.h"
#include "alert/state_machine.h"

namespace sightglass::codec {
class JsonWriter;
}

namespace sightglass::alert {

/// Of the monitor and the group: the same each time that it fires, and in every process.
std::string AlertKey(std::string_view monitor_id, const std::vector<std::string>& group);

/// "Errors by model: gpt-4o".
std::string TitleOf(const Monitor& monitor, const AlertState& state);

/// The monitor's message with its placeholders filled in, or one of our own.
std::string MessageOf(const Monitor& monitor, const AlertState& state);

/// "12.5 %"; empty where it is not known.
std::string ValueText(const Monitor& monitor, const AlertState& state);
std::string ThresholdText(const Monitor& monitor);

/// [{"name":"model","value":"gpt-4o"}]
void WriteGroup(
    codec::JsonWriter& json,
    const Monitor& monitor,
    const std::vector<std::string>& group
);

/// The members that an alert and what happened to it have in common, from "monitor_name" on.
void WriteCommon(codec::JsonWriter& json, const Monitor& monitor, const AlertState& state);

}  // namespace sightglass::alert
