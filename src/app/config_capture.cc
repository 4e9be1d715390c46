#include "app/config_capture.h"

#include <yaml-cpp/yaml.h>

namespace sightglass::app {
namespace {

constexpr std::size_t kPatternsMax = 64;
constexpr std::size_t kRegexBytesMax = 1'000;

Error At(const YAML::Node& node, const Path& file, std::string_view message) {
    return Error{
        ErrorCode::kInvalidArgument,
        file.string() + ":" + std::to_string(node.Mark().line + 1) +
            ": capture.patterns: " + std::string(message)};
}

/// An entry's text; empty where there is none.
std::string TextOf(const YAML::Node& entry, const char* name) {
    const YAML::Node value = entry[name];
    return value && value.IsScalar() ? value.Scalar() : std::string();
}

}  // namespace

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
