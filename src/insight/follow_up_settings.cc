#include "insight/follow_up_settings.h"

#include <span>
#include <utility>

#include "analytics/names.h"

namespace sightglass::insight {
namespace {

using analytics::Refuse;
using codec::JsonValue;

constexpr std::size_t kSettingsBytesMax = 64U << 10;
constexpr std::size_t kTemplatesMax = 50;
constexpr std::size_t kChannelsMax = 20;
constexpr double kNumberMax = 1e9;

constexpr std::array<std::string_view, static_cast<std::size_t>(FollowUpEvent::kCount_)> kEvents{
    "opened",
    "contacted",
    "answered",
    "closed",
    "due"};

struct NumberMember {
    std::string_view name;
    double FollowUpRuleSettings::*member;
    double least;
};

constexpr std::array<NumberMember, 2> kOfFeedback{
    {{"due_days", &FollowUpRuleSettings::due_days, 0},
     {"score", &FollowUpRuleSettings::score, -1}}};
constexpr std::array<NumberMember, 3> kOfErrors{
    {{"due_days", &FollowUpRuleSettings::due_days, 0},
     {"errors", &FollowUpRuleSettings::errors, 1},
     {"error_rate", &FollowUpRuleSettings::error_rate, 0}}};
constexpr std::array<NumberMember, 3> kOfDrop{
    {{"due_days", &FollowUpRuleSettings::due_days, 0},
     {"calls", &FollowUpRuleSettings::calls, 1},
     {"to_share", &FollowUpRuleSettings::to_share, 0}}};
constexpr std::array<NumberMember, 3> kOfNew{
    {{"due_days", &FollowUpRuleSettings::due_days, 0},
     {"calls", &FollowUpRuleSettings::calls, 1},
     {"within_days", &FollowUpRuleSettings::within_days, 1}}};

std::span<const NumberMember> NumbersOf(FollowUpRule rule) {
    switch (rule) {
        case FollowUpRule::kBadFeedback:
            return kOfFeedback;
        case FollowUpRule::kRepeatedErrors:
            return kOfErrors;
        case FollowUpRule::kDropInUse:
            return kOfDrop;
        default:
            return kOfNew;
    }
}

Status ReadRuleMember(
    FollowUpRule rule,
    std::string_view name,
    JsonValue value,
    FollowUpRuleSettings& settings
) {
    if (name == "on") {
        settings.on = value.Bool().value_or(false);
        return value.Bool() ? Status() : Refuse("on", "true or false is needed");
    }
    if (name == "owner") {
        settings.owner = value.String().value_or("");
        const bool good = value.IsNull() || (value.IsString() && settings.owner.size() <= 200);
        return good ? Status() : Refuse("owner", "a text of at most 200 bytes is needed");
    }
    std::string allowed = "allowed: on, owner";
    for (const NumberMember& number : NumbersOf(rule)) {
        if (number.name == name) {
            const auto read = value.Double();
            settings.*number.member = read.value_or(0);
            return read && *read >= number.least && *read <= kNumberMax
                       ? Status()
                       : Refuse(name, "a number that makes sense is needed");
        }
        allowed.append(", ").append(number.name);
    }
    return Refuse(name, allowed);
}

Status ReadRules(JsonValue object, FollowUpSettings& settings) {
    Status status = object.IsObject() ? Status() : Refuse("rules", "an object is needed");
    object.ForEach([&](std::string_view name, JsonValue value) {
        const auto rule = ParseFollowUpRule(name);
        if (!rule || *rule == FollowUpRule::kByHand || !value.IsObject()) {
            status = Refuse(name, "no rule with its members");
            return false;
        }
        value.ForEach([&](std::string_view member, JsonValue each) {
            status = ReadRuleMember(
                *rule,
                member,
                each,
                settings.rules[static_cast<std::size_t>(*rule)]
            );
            return status.Ok();
        });
        return status.Ok();
    });
    return status;
}

Status ReadTell(JsonValue array, FollowUpSettings& settings) {
    settings.tell = {};
    bool good = array.IsArray();
    array.ForEach([&](std::string_view, JsonValue value) {
        bool known = false;
        for (std::size_t i = 0; i < kEvents.size(); ++i) {
            if (value.String() == kEvents[i]) {
                settings.tell[i] = known = true;
            }
        }
        good = good && known;
        return good;
    });
    return good ? Status() : Refuse("tell", "opened, contacted, answered, closed, due are allowed");
}

Status ReadChannels(JsonValue array, FollowUpSettings& settings) {
    settings.channels.clear();
    bool good = array.IsArray() && array.Size() <= kChannelsMax;
    array.ForEach([&](std::string_view, JsonValue value) {
        good = good && value.IsString();
        settings.channels.emplace_back(value.String().value_or(""));
        return good;
    });
    return good ? Status() : Refuse("channels", "an array of at most 20 ids of channels is needed");
}

Status ReadTemplates(JsonValue array, FollowUpSettings& settings) {
    settings.templates.clear();
    bool good = array.IsArray() && array.Size() <= kTemplatesMax;
    array.ForEach([&](std::string_view, JsonValue value) {
        FollowUpTemplate one{
            std::string(value.Get("name").String().value_or("")),
            std::string(value.Get("text").String().value_or(""))};
        good = good && value.Size() == 2 && !one.name.empty() && !one.text.empty() &&
               one.name.size() <= 100 && one.text.size() <= 4'000;
        settings.templates.push_back(std::move(one));
        return good;
    });
    return good ? Status()
                : Refuse("templates", "an array of {\"name\", \"text\"} is needed, 50 at most");
}

Status ReadSetting(std::string_view name, JsonValue value, FollowUpSettings& settings) {
    if (name == "rules") {
        return ReadRules(value, settings);
    }
    if (name == "channels") {
        return ReadChannels(value, settings);
    }
    if (name == "tell") {
        return ReadTell(value, settings);
    }
    if (name == "templates") {
        return ReadTemplates(value, settings);
    }
    if (name != "remind_hours") {
        return Refuse(name, "allowed: rules, channels, tell, remind_hours, templates");
    }
    settings.remind_hours = value.Double().value_or(0);
    return settings.remind_hours >= 1 && settings.remind_hours <= 1'000
               ? Status()
               : Refuse("remind_hours", "a number from 1 to 1,000 is needed");
}

}  // namespace

std::string_view ToString(FollowUpEvent event) noexcept {
    return kEvents[static_cast<std::size_t>(event)];
}

FollowUpSettings::FollowUpSettings() {
    rules[static_cast<std::size_t>(FollowUpRule::kHeavyNewUser)].calls = 100;
    tell[static_cast<std::size_t>(FollowUpEvent::kDue)] = true;
    templates = {
        {"Sorry (English)",
         "Hello {user},\n\nan answer on {date} did not help you. We are sorry; what would have? We "
         "have "
         "looked into it and will tell you what we change.\n\n{owner}"},
        {"\xe8\x87\xb4\xe6\xad\x89 (\xe4\xb8\xad\xe6\x96\x87)",
         "{user}\xef\xbc\x8c\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x9a\n\n{date} "
         "\xe7\x9a\x84\xe5\x9b\x9e\xe7\xad\x94\xe6\xb2\xa1\xe8\x83\xbd\xe5\xb8\xae\xe5\x88\xb0\xe6"
         "\x82\xa8\xef\xbc\x8c"
         "\xe6\x8a\xb1\xe6\xad\x89\xe3\x80\x82\xe6\x82\xa8\xe5\xb8\x8c\xe6\x9c\x9b\xe6\x80\x8e\xe6"
         "\xa0\xb7\xe6\x94\xb9"
         "\xe8\xbf\x9b\xef\xbc\x9f\n\n{owner}"},
        {"Excuses (Nederlands)",
         "Dag {user},\n\neen antwoord van {date} hielp u niet. Dat spijt ons; wat had wel "
         "geholpen? We "
         "zoeken het uit en laten u weten wat we veranderen.\n\n{owner}"}};
}

Result<FollowUpSettings> ParseFollowUpSettings(std::string_view text) {
    if (text.size() > kSettingsBytesMax) {
        return Refuse("the body", "at most 64 KiB are allowed");
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(text));
    if (!root.IsObject()) {
        return Refuse("the body", "a JSON object is needed");
    }
    FollowUpSettings settings;
    Status status;
    root.ForEach([&](std::string_view name, JsonValue value) {
        status = ReadSetting(name, value, settings);
        return status.Ok();
    });
    SG_TRY(status);
    return settings;
}

std::string ToJson(const FollowUpSettings& settings) {
    codec::JsonWriter json;
    json.BeginObject().Key("rules").BeginObject();
    for (std::size_t i = 0; i < kFollowUpRules; ++i) {
        const auto rule = static_cast<FollowUpRule>(i);
        const FollowUpRuleSettings& one = settings.rules[i];
        json.Key(ToString(rule)).BeginObject().Key("on").Bool(one.on);
        json.Key("owner").StringOrNull(one.owner);
        for (const NumberMember& number : NumbersOf(rule)) {
            json.Key(number.name).Double(one.*number.member);
        }
        json.EndObject();
    }
    json.EndObject().Key("channels").BeginArray();
    for (const std::string& channel : settings.channels) {
        json.String(channel);
    }
    json.EndArray().Key("tell").BeginArray();
    for (std::size_t i = 0; i < kEvents.size(); ++i) {
        if (settings.tell[i]) {
            json.String(kEvents[i]);
        }
    }
    json.EndArray().Key("remind_hours").Double(settings.remind_hours);
    json.Key("templates").BeginArray();
    for (const FollowUpTemplate& one : settings.templates) {
        json.BeginObject().Key("name").String(one.name).Key("text").String(one.text).EndObject();
    }
    return json.EndArray().EndObject().Take();
}

}  // namespace sightglass::insight
