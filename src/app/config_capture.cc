#include "app/config_capture.h"

#include <algorithm>
#include <string>

#include <yaml-cpp/yaml.h>

#include "app/setting_text.h"
#include "base/text.h"

namespace sightglass::app {
namespace {

constexpr std::size_t kPatternsMax = 64;
constexpr std::size_t kRegexBytesMax = 1'000;
constexpr std::size_t kRulesMax = 1'000;
constexpr std::size_t kNameBytesMax = 256;
constexpr std::size_t kDecimals = 4;

Error AtList(
    const YAML::Node& node,
    const Path& file,
    std::string_view list,
    std::string_view message
) {
    return Error{
        ErrorCode::kInvalidArgument,
        file.string() + ":" + std::to_string(node.Mark().line + 1) + ": capture." +
            std::string(list) + ": " + std::string(message)};
}

Error At(const YAML::Node& node, const Path& file, std::string_view message) {
    return AtList(node, file, "patterns", message);
}

/// An entry's text; empty where there is none.
std::string TextOf(const YAML::Node& entry, const char* name) {
    const YAML::Node value = entry[name];
    return value && value.IsScalar() ? value.Scalar() : std::string();
}

Error NotAllowedHere(std::string_view key, std::string_view text, std::string_view allowed) {
    return Error{
        ErrorCode::kInvalidArgument,
        std::string(key) + ": '" + EscapeForDisplay(text) +
            "' is not allowed; allowed: " + std::string(allowed)};
}

/// A name, or a list of them.
Result<std::vector<std::string>> ReadNames(const YAML::Node& value) {
    std::vector<std::string> names;
    if (value.IsScalar()) {
        names.push_back(value.Scalar());
    } else if (value.IsSequence()) {
        for (const auto& name : value) {
            names.push_back(name.IsScalar() ? name.Scalar() : std::string());
        }
    }
    for (const std::string& name : names) {
        if (name.empty() || name.size() > kNameBytesMax) {
            names.clear();
            break;
        }
    }
    if (names.empty()) {
        return Error{ErrorCode::kInvalidArgument, "match: allowed: a text, or a list of texts"};
    }
    return names;
}

Status ReadMatch(const YAML::Node& map, pipeline::CaptureRule& rule) {
    if (!map.IsMap()) {
        return Error{
            ErrorCode::kInvalidArgument,
            "match: allowed: 'service: PATTERN' lines, of service, team, environment, project, "
            "key, upstream"};
    }
    for (const auto& entry : map) {
        SG_ASSIGN_OR_RETURN(
            const pipeline::CaptureBy by,
            pipeline::ParseCaptureBy(entry.first.Scalar())
        );
        SG_ASSIGN_OR_RETURN(rule.match[static_cast<std::size_t>(by)], ReadNames(entry.second));
    }
    return {};
}

Status
ReadRuleMember(const std::string& key, const YAML::Node& value, pipeline::CaptureRule& rule) {
    if (key == "match") {
        return ReadMatch(value, rule);
    }
    const std::string text = value.IsScalar() ? value.Scalar() : std::string();
    if (key == "content") {
        const auto policy = pipeline::ParseCapturePolicy(text);
        if (!policy.Ok()) {
            return policy.error();
        }
        rule.policy = *policy;
        return {};
    }
    if (key == "sample") {
        const Status read = ReadSample(text, rule.sample.emplace());
        return read.Ok() ? read : NotAllowedHere(key, text, kSampleAllowed);
    }
    if (key == "max") {
        const Status read = ReadSize(text, rule.text_bytes_max.emplace());
        return read.Ok() ? read : NotAllowedHere(key, text, "a size, as in 64KiB or 1MiB");
    }
    return Error{
        ErrorCode::kInvalidArgument,
        "unknown '" + EscapeForDisplay(key) + "'; allowed: match, content, sample, max"};
}

}  // namespace

Status ReadSample(std::string_view text, std::uint32_t& sample) {
    if (!text.ends_with('%')) {
        return NotAllowed();
    }
    const std::string_view number = Trim(text.substr(0, text.size() - 1));
    const std::size_t point = std::min(number.find('.'), number.size());
    std::string digits(number.substr(0, point));
    const std::string_view decimals =
        point < number.size() ? number.substr(point + 1) : std::string_view();
    const bool has_digits =
        !digits.empty() && digits.size() <= 3 && (point == number.size() || !decimals.empty());
    if (!has_digits || decimals.size() > kDecimals) {
        return NotAllowed();
    }
    digits += decimals;
    digits.append(kDecimals - decimals.size(), '0');
    const bool is_number = digits.find_first_not_of("0123456789") == std::string::npos;
    const auto parts = is_number ? ParseInt(digits) : std::nullopt;
    if (!parts || *parts > std::int64_t{pipeline::kSampleAll}) {
        return NotAllowed();
    }
    sample = static_cast<std::uint32_t>(*parts);
    return {};
}

Status ReadCaptureRules(
    const YAML::Node& list,
    const Path& file,
    std::vector<pipeline::CaptureRule>& rules
) {
    constexpr std::string_view kAllowed =
        "allowed: up to 1000 entries {match: {service: PATTERN, ...}, content, sample, max}";
    rules.clear();
    if (!list.IsSequence() || list.size() > kRulesMax) {
        return AtList(list, file, "rules", kAllowed);
    }
    for (const auto& entry : list) {
        if (!entry.IsMap() || !entry["match"] || entry.size() < 2) {
            return AtList(entry, file, "rules", kAllowed);
        }
        pipeline::CaptureRule& rule = rules.emplace_back();
        for (const auto& member : entry) {
            const Status read = ReadRuleMember(member.first.Scalar(), member.second, rule);
            if (!read.Ok()) {
                return AtList(member.first, file, "rules", read.error().message);
            }
        }
    }
    return {};
}

Status ReadCapturePatterns(
    const YAML::Node& list,
    const Path& file,
    std::vector<redact::CustomPattern>& patterns
) {
    constexpr std::string_view kAllowed =
        "allowed: up to 64 entries {name: NAME, regex: 'EXPRESSION'}";
    if (!list.IsSequence() || list.size() > kPatternsMax) {
        return At(list, file, kAllowed);
    }
    for (const auto& entry : list) {
        if (!entry.IsMap() || entry.size() != 2) {
            return At(entry, file, kAllowed);
        }
        redact::CustomPattern pattern{TextOf(entry, "name"), TextOf(entry, "regex")};
        if (pattern.regex.empty() || pattern.regex.size() > kRegexBytesMax) {
            return At(entry, file, kAllowed);
        }
        if (const auto made = redact::CustomPatterns::Create({pattern}); !made.Ok()) {
            return At(entry, file, made.error().message);
        }
        patterns.push_back(std::move(pattern));
    }
    return {};
}

}  // namespace sightglass::app
