#include "app/config_limits.h"

#include <yaml-cpp/yaml.h>

#include "base/text.h"

namespace sightglass::app {
namespace {

constexpr std::size_t kLimitsMax = 1'000;
constexpr std::size_t kPatternBytesMax = 256;

Error At(const YAML::Node& node, const Path& file, std::string_view message) {
    return Error{
        ErrorCode::kInvalidArgument,
        file.string() + ":" + std::to_string(node.Mark().line + 1) +
            ": limits: " + std::string(message)};
}

/// A scalar, or a list of them.
Result<std::vector<std::string>> ReadTexts(const YAML::Node& value) {
    std::vector<std::string> texts;
    if (value.IsScalar()) {
        texts.push_back(value.Scalar());
    } else if (value.IsSequence()) {
        for (const auto& element : value) {
            texts.push_back(element.IsScalar() ? element.Scalar() : std::string());
        }
    }
    for (const std::string& text : texts) {
        if (text.empty() || text.size() > kPatternBytesMax) {
            texts.clear();
            break;
        }
    }
    if (texts.empty()) {
        return Error{ErrorCode::kInvalidArgument, "allowed: a text, or a list of texts"};
    }
    return texts;
}

Status ReadMatch(const YAML::Node& map, access::LimitRule& rule) {
    if (!map.IsMap()) {
        return Error{
            ErrorCode::kInvalidArgument,
            "match: allowed: 'service: PATTERN' lines, of key, user, team, service, model"};
    }
    for (const auto& entry : map) {
        SG_ASSIGN_OR_RETURN(const access::LimitBy by, access::ParseLimitBy(entry.first.Scalar()));
        SG_ASSIGN_OR_RETURN(rule.match[static_cast<std::size_t>(by)], ReadTexts(entry.second));
    }
    return {};
}

Status ReadPer(const YAML::Node& value, access::LimitRule& rule) {
    SG_ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadTexts(value));
    for (const std::string& name : names) {
        SG_ASSIGN_OR_RETURN(const access::LimitBy by, access::ParseLimitBy(name));
        rule.per.push_back(by);
    }
    return {};
}

Status ReadMember(const std::string& key, const YAML::Node& value, access::LimitRule& rule) {
    if (key == "match") {
        return ReadMatch(value, rule);
    }
    if (key == "per") {
        return ReadPer(value, rule);
    }
    const std::string text = value.IsScalar() ? value.Scalar() : std::string();
    if (key == "name") {
        if (text.empty() || text.size() > kPatternBytesMax ||
            text.find_first_of(",/\"\n") != std::string::npos) {
            return Error{
                ErrorCode::kInvalidArgument,
                "name: allowed: a text without comma, slash and quotes"};
        }
        rule.name = text;
        return {};
    }
    if (key == "mode") {
        if (text != "enforce" && text != "shadow") {
            return Error{
                ErrorCode::kInvalidArgument,
                "mode: '" + EscapeForDisplay(text) + "' is not allowed; allowed: enforce, shadow"};
        }
        rule.shadow = text == "shadow";
        return {};
    }
    Status set = access::SetLimitValue(rule.values, key, text);
    if (!set.Ok() && set.error().message.find("nothing that can be limited") != std::string::npos) {
        set.error().message += "; or name, match, per, mode";
    }
    return set;
}

}  // namespace

Status
ReadLimits(const YAML::Node& list, const Path& file, std::vector<access::LimitRule>& limits) {
    if (!list.IsSequence() || list.size() > kLimitsMax) {
        return At(list, file, "expected a list of at most 1000 limits");
    }
    for (const auto& entry : list) {
        access::LimitRule rule;
        rule.name = "limit-" + std::to_string(limits.size() + 1);
        if (!entry.IsMap()) {
            return At(entry, file, "expected {name, match, per, requests_per_minute, ...}");
        }
        for (const auto& member : entry) {
            const Status read = ReadMember(member.first.Scalar(), member.second, rule);
            if (!read.Ok()) {
                return At(member.first, file, read.error().message);
            }
        }
        limits.push_back(std::move(rule));
        if (const Status fits = access::CheckLimitRules(limits); !fits.Ok()) {
            return At(entry, file, fits.error().message);
        }
    }
    return {};
}

}  // namespace sightglass::app
