#include "alert/monitor.h"

#include <array>
#include <utility>

#include "analytics/names.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::alert {
namespace {

using analytics::Refuse;
using codec::JsonValue;
using codec::JsonWriter;

constexpr std::array<std::string_view, 7>
    kKinds{"threshold", "change", "anomaly", "forecast", "burn_rate", "headroom", "new"};
constexpr std::array<std::string_view, 3> kSeverities{"info", "warning", "critical"};
constexpr std::array<std::string_view, 3> kNoDataRules{"ok", "keep", "alert"};
constexpr std::array<std::string_view, 3> kDirections{"both", "up", "down"};
static_assert(kKinds.size() == static_cast<std::size_t>(Kind::kCount_));

constexpr std::size_t kListMax = 20;

template <typename Enum, std::size_t kSize>
Status ReadName(
    std::string_view member,
    JsonValue value,
    const std::array<std::string_view, kSize>& names,
    Enum& out
) {
    const std::string_view given = value.String().value_or("");
    for (std::size_t i = 0; i < kSize; ++i) {
        if (names[i] == given) {
            out = static_cast<Enum>(i);
            return {};
        }
    }
    return analytics::UnknownName(member, "allowed", given, names, nullptr);
}

Status ReadText(std::string_view member, JsonValue value, std::string& out) {
    if (!value.IsString() && !value.IsNull()) {
        return Refuse(member, "a text is needed");
    }
    out = value.String().value_or("");
    return {};
}

Status ReadDuration(std::string_view member, JsonValue value, Duration& out) {
    if (value.IsNull()) {
        out = {};
        return {};
    }
    const auto duration = ParseDuration(value.String().value_or(""));
    if (!duration.Ok()) {
        return Refuse(member, "a duration such as 30s, 5m or 1h is needed");
    }
    out = *duration;
    return {};
}

Status ReadTexts(std::string_view member, JsonValue value, std::vector<std::string>& out) {
    bool good = (value.IsArray() || value.IsNull()) && value.Size() <= kListMax;
    out.clear();
    value.ForEach([&](std::string_view, JsonValue element) {
        good = good && element.IsString();
        out.emplace_back(element.String().value_or(""));
        return good;
    });
    return good ? Status() : Refuse(member, "an array of at most 20 texts is needed");
}

Status ReadBool(std::string_view member, JsonValue value, bool& out) {
    out = value.Bool().value_or(false);
    return value.Bool() ? Status() : Refuse(member, "true or false is needed");
}

Status ReadNumber(std::string_view member, JsonValue value, double& out) {
    out = value.Double().value_or(0);
    return value.Double() || value.IsNull() ? Status() : Refuse(member, "a number is needed");
}

Status ReadOp(JsonValue value, bool& above) {
    const auto op = value.String();
    above = op == ">";
    return op == ">" || op == "<" ? Status() : Refuse("condition.op", "\">\" or \"<\" is needed");
}

Status ReadConditionMember(std::string_view name, JsonValue value, AlertCondition& condition) {
    const std::string member = "condition." + std::string(name);
    if (name == "op") {
        return ReadOp(value, condition.above);
    }
    if (name == "value") {
        return value.Double() ? ReadNumber(member, value, condition.value)
                              : Refuse(member, "a number is needed");
    }
    if (name == "recovery") {
        condition.recovery = value.Double();
        return value.Double() || value.IsNull() ? Status() : Refuse(member, "a number is needed");
    }
    if (name == "min_calls") {
        condition.min_calls = value.Int().value_or(0);
        return condition.min_calls >= 0 ? Status() : Refuse(member, "0 or more is needed");
    }
    if (name == "period") {
        return ReadDuration(member, value, condition.period);
    }
    if (name == "short_window") {
        return ReadDuration(member, value, condition.short_window);
    }
    if (name == "direction") {
        return ReadName(member, value, kDirections, condition.direction);
    }
    if (name == "limit") {
        return ReadNumber(member, value, condition.limit);
    }
    if (name == "objective") {
        return ReadNumber(member, value, condition.objective);
    }
    return Refuse(
        member,
        "op, value, recovery, min_calls, period, short_window, direction, limit, objective are "
        "allowed"
    );
}

Status ReadCondition(JsonValue object, AlertCondition& condition) {
    if (!object.IsObject()) {
        return Refuse("condition", "an object such as {\"op\":\">\",\"value\":0.1} is needed");
    }
    Status status;
    object.ForEach([&](std::string_view name, JsonValue value) {
        status = ReadConditionMember(name, value, condition);
        return status.Ok();
    });
    return status;
}

Status ReadMember(std::string_view name, JsonValue value, Monitor& monitor) {
    constexpr std::array<std::pair<std::string_view, std::string Monitor::*>, 7> kTexts{
        {{"id", &Monitor::id},
         {"name", &Monitor::name},
         {"metric", &Monitor::metric},
         {"filter", &Monitor::filter},
         {"message", &Monitor::message},
         {"team", &Monitor::team},
         {"service", &Monitor::service}}};
    constexpr std::array<std::pair<std::string_view, Duration Monitor::*>, 3> kDurations{
        {{"window", &Monitor::window},
         {"for", &Monitor::hold_for},
         {"recover_for", &Monitor::recover_for}}};
    constexpr std::array<std::pair<std::string_view, std::vector<std::string> Monitor::*>, 2>
        kLists{{{"group_by", &Monitor::group_by}, {"channels", &Monitor::channels}}};
    for (const auto& [member, field] : kTexts) {
        if (name == member) {
            return ReadText(name, value, monitor.*field);
        }
    }
    for (const auto& [member, field] : kDurations) {
        if (name == member) {
            return ReadDuration(name, value, monitor.*field);
        }
    }
    for (const auto& [member, field] : kLists) {
        if (name == member) {
            return ReadTexts(name, value, monitor.*field);
        }
    }
    if (name == "kind") {
        return ReadName(name, value, kKinds, monitor.kind);
    }
    if (name == "severity") {
        return ReadName(name, value, kSeverities, monitor.severity);
    }
    if (name == "no_data") {
        return ReadName(name, value, kNoDataRules, monitor.no_data);
    }
    if (name == "condition") {
        return ReadCondition(value, monitor.condition);
    }
    if (name == "enabled") {
        return ReadBool(name, value, monitor.enabled);
    }
    if (name == "recommended" || name == "state") {
        return {};  // Ours to say; so that what was read can be written back.
    }
    return Refuse(name, "not a member of a monitor");
}

void WriteTexts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
    json.Key(name).BeginArray();
    for (const std::string& text : texts) {
        json.String(text);
    }
    json.EndArray();
}

void WriteDuration(JsonWriter& json, std::string_view name, Duration duration) {
    json.Key(name).String(FormatDuration(duration));
}

void WriteCondition(JsonWriter& json, const AlertCondition& condition) {
    json.Key("condition").BeginObject();
    json.Key("op").String(condition.above ? ">" : "<").Key("value").Double(condition.value);
    if (condition.recovery) {
        json.Key("recovery").Double(*condition.recovery);
    }
    if (condition.min_calls > 0) {
        json.Key("min_calls").Int(condition.min_calls);
    }
    if (condition.period != Duration(0)) {
        WriteDuration(json, "period", condition.period);
    }
    if (condition.short_window != Duration(0)) {
        WriteDuration(json, "short_window", condition.short_window);
    }
    if (condition.direction != Direction::kBoth) {
        json.Key("direction").String(ToString(condition.direction));
    }
    if (condition.limit > 0) {
        json.Key("limit").Double(condition.limit);
    }
    if (condition.objective > 0) {
        json.Key("objective").Double(condition.objective);
    }
    json.EndObject();
}

}  // namespace

std::string_view ToString(Kind kind) noexcept {
    return kKinds.at(static_cast<std::size_t>(kind));
}

std::string_view ToString(Severity severity) noexcept {
    return kSeverities.at(static_cast<std::size_t>(severity));
}

std::string_view ToString(NoData rule) noexcept {
    return kNoDataRules.at(static_cast<std::size_t>(rule));
}

std::string_view ToString(Direction direction) noexcept {
    return kDirections.at(static_cast<std::size_t>(direction));
}

Result<Monitor> ParseMonitor(std::string_view text, const Monitor& base) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(text));
    if (!root.IsObject()) {
        return Refuse("the body", "a JSON object is needed");
    }
    Monitor monitor = base;
    Status status;
    root.ForEach([&](std::string_view name, JsonValue value) {
        status = ReadMember(name, value, monitor);
        return status.Ok();
    });
    SG_TRY(std::move(status));
    SG_TRY(Check(monitor));
    return monitor;
}

void WriteMembers(JsonWriter& json, const Monitor& monitor) {
    json.Key("id").String(monitor.id).Key("name").String(monitor.name);
    json.Key("kind").String(ToString(monitor.kind)).Key("metric").String(monitor.metric);
    json.Key("filter").String(monitor.filter);
    WriteTexts(json, "group_by", monitor.group_by);
    WriteDuration(json, "window", monitor.window);
    WriteCondition(json, monitor.condition);
    WriteDuration(json, "for", monitor.hold_for);
    WriteDuration(json, "recover_for", monitor.recover_for);
    json.Key("no_data").String(ToString(monitor.no_data));
    json.Key("severity").String(ToString(monitor.severity));
    json.Key("message").StringOrNull(monitor.message).Key("team").StringOrNull(monitor.team);
    json.Key("service").StringOrNull(monitor.service);
    WriteTexts(json, "channels", monitor.channels);
    json.Key("enabled").Bool(monitor.enabled).Key("recommended").Bool(monitor.recommended);
}

std::string ToJson(const Monitor& monitor) {
    JsonWriter json;
    json.BeginObject();
    WriteMembers(json, monitor);
    return json.EndObject().Take();
}

std::string IdOf(std::string_view name) {
    constexpr std::size_t kIdBytesMax = 60;
    std::string id;
    for (const char given : name.substr(0, kIdBytesMax)) {
        const char c = ToLower(given);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain) {
            id += c;
        } else if (!id.empty() && id.back() != '-') {
            id += '-';
        }
    }
    id.erase(id.find_last_not_of('-') + 1);
    return id.empty() ? "monitor" : id;
}

}  // namespace sightglass::alert
