#include "alert/matcher.h"

#include <algorithm>
#include <optional>

#include "alert/measure.h"
#include "analytics/names.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::alert {
namespace {

constexpr std::size_t kMatchersMax = 20;
constexpr std::size_t kTextBytesMax = 200;

std::optional<std::string_view>
Find(std::string_view name, const Monitor& monitor, const std::vector<std::string>& group) {
    const std::vector<std::string> names = GroupNames(monitor);
    for (std::size_t i = 0; i < names.size() && i < group.size(); ++i) {
        if (names[i] == name) {
            return group[i];
        }
    }
    if (name == "monitor") {
        return monitor.id;
    }
    if (name == "severity") {
        return ToString(monitor.severity);
    }
    if (name == "team") {
        return monitor.team;
    }
    return name == "service" ? std::optional<std::string_view>(monitor.service) : std::nullopt;
}

bool Fits(std::string_view pattern, std::string_view value) {
    if (!pattern.empty() && pattern.back() == '*') {
        pattern.remove_suffix(1);
        return value.starts_with(pattern);
    }
    return pattern == value;
}

}  // namespace

bool MeetsAll(
    const std::vector<Matcher>& matchers,
    const Monitor& monitor,
    const std::vector<std::string>& group
) {
    return std::all_of(matchers.begin(), matchers.end(), [&](const Matcher& matcher) {
        const auto value = Find(matcher.name, monitor, group);
        return value && Fits(matcher.value, *value);
    });
}

Result<std::vector<Matcher>> ReadMatchers(codec::JsonValue value) {
    bool good = value.IsArray() && value.Size() <= kMatchersMax;
    std::vector<Matcher> matchers;
    value.ForEach([&](std::string_view, codec::JsonValue each) {
        const auto name = each.Get("name").String();
        const auto text = each.Get("value").String();
        good = good && name && text && each.Size() == 2 && !name->empty() &&
               name->size() <= kTextBytesMax && text->size() <= kTextBytesMax;
        if (good) {
            matchers.push_back({std::string(*name), std::string(*text)});
        }
        return good;
    });
    if (!good) {
        return analytics::Refuse(
            "matchers",
            "at most 20 such as {\"name\":\"severity\",\"value\":\"critical\"} are allowed"
        );
    }
    return matchers;
}

void WriteMatchers(codec::JsonWriter& json, const std::vector<Matcher>& matchers) {
    json.BeginArray();
    for (const Matcher& matcher : matchers) {
        json.BeginObject().Key("name").String(matcher.name);
        json.Key("value").String(matcher.value).EndObject();
    }
    json.EndArray();
}

}  // namespace sightglass::alert
