#include "alert/alert_text.h"

#include <algorithm>
#include <optional>

#include "alert/evaluate.h"
#include "alert/measure.h"
#include "codec/json_writer.h"
#include "notify/signature.h"

namespace sightglass::alert {
namespace {

constexpr std::string_view kUnknown = "unknown";
constexpr std::size_t kKeyHexDigits = 16;
constexpr std::size_t kMessageBytesMax = 8'000;

std::string GroupText(const std::vector<std::string>& group) {
    std::string text;
    for (const std::string& name : group) {
        text += text.empty() ? "" : ", ";
        text += name.empty() ? kUnknown : std::string_view(name);
    }
    return text;
}

/// What stands for a placeholder; nothing where there is none of that name.
std::optional<std::string>
Filled(std::string_view name, const Monitor& monitor, const AlertState& state) {
    if (name == "value") {
        return ValueText(monitor, state);
    }
    if (name == "threshold") {
        return ThresholdText(monitor);
    }
    if (name == "group") {
        return GroupText(state.group);
    }
    const std::vector<std::string> names = GroupNames(monitor);
    for (std::size_t i = 0; i < names.size() && i < state.group.size(); ++i) {
        if (names[i] == name) {
            return state.group[i].empty() ? std::string(kUnknown) : state.group[i];
        }
    }
    return std::nullopt;
}

std::string OwnMessage(const Monitor& monitor, const AlertState& state) {
    if (monitor.kind == Kind::kNew) {
        return "first seen, with " + ValueText(monitor, state);
    }
    std::string text = monitor.metric + " is ";
    text += state.value ? ValueText(monitor, state) : "not known";
    text += monitor.condition.above ? ", above " : ", below ";
    return text + ThresholdText(monitor);
}

}  // namespace

std::string AlertKey(std::string_view monitor_id, const std::vector<std::string>& group) {
    std::string key(monitor_id);
    if (!group.empty()) {
        key += '.';
        key += notify::Sha256Hex(JoinGroup(group)).substr(0, kKeyHexDigits);
    }
    return key;
}

std::string TitleOf(const Monitor& monitor, const AlertState& state) {
    return state.group.empty() ? monitor.name : monitor.name + ": " + GroupText(state.group);
}

std::string ValueText(const Monitor& monitor, const AlertState& state) {
    return state.value ? FormatValue(monitor, *state.value) : std::string();
}

std::string ThresholdText(const Monitor& monitor) {
    return FormatValue(monitor, monitor.condition.value);
}

std::string MessageOf(const Monitor& monitor, const AlertState& state) {
    std::string text;
    if (monitor.message.empty()) {
        text = OwnMessage(monitor, state);
    }
    std::string_view rest = monitor.message;
    while (!rest.empty() && text.size() < kMessageBytesMax) {
        const std::size_t open = rest.find('{');
        text += rest.substr(0, open);
        rest.remove_prefix(std::min(open, rest.size()));
        const std::size_t close = rest.find('}');
        if (close == std::string_view::npos) {
            text += rest;
            break;
        }
        const std::string_view whole = rest.substr(0, close + 1);
        const auto filled = Filled(rest.substr(1, close - 1), monitor, state);
        text += filled ? *filled : std::string(whole);
        rest.remove_prefix(close + 1);
    }
    if (!state.why.empty()) {
        text += " (" + state.why + ")";
    }
    return text;
}

void WriteGroup(
    codec::JsonWriter& json,
    const Monitor& monitor,
    const std::vector<std::string>& group
) {
    const std::vector<std::string> names = GroupNames(monitor);
    json.BeginArray();
    for (std::size_t i = 0; i < names.size() && i < group.size(); ++i) {
        json.BeginObject().Key("name").String(names[i]).Key("value").String(group[i]).EndObject();
    }
    json.EndArray();
}

void WriteCommon(codec::JsonWriter& json, const Monitor& monitor, const AlertState& state) {
    json.Key("monitor_name").String(monitor.name).Key("kind").String(ToString(monitor.kind));
    json.Key("metric").String(monitor.metric).Key("filter").String(monitor.filter);
    json.Key("window").String(FormatDuration(monitor.window));
    json.Key("severity").String(ToString(monitor.severity)).Key("group");
    WriteGroup(json, monitor, state.group);
    json.Key("value");
    if (state.value) {
        json.Double(*state.value);
    } else {
        json.Null();
    }
    json.Key("value_text").StringOrNull(ValueText(monitor, state));
    json.Key("threshold").Double(monitor.condition.value);
    json.Key("threshold_text").String(ThresholdText(monitor));
    json.Key("why").StringOrNull(state.why);
    json.Key("message").String(MessageOf(monitor, state));
}

}  // namespace sightglass::alert
