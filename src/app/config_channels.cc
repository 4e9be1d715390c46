#include "app/config_channels.h"

#include <algorithm>
#include <cstdlib>

#include <yaml-cpp/yaml.h>

#include "app/setting_text.h"

namespace sightglass::app {
namespace {

constexpr std::size_t kChannelsMax = 200;

Error At(const YAML::Node& node, const Path& file, std::string_view message) {
    return Error{
        ErrorCode::kInvalidArgument,
        file.string() + ":" + std::to_string(node.Mark().line + 1) +
            ": channels: " + std::string(message)};
}

Error Wrong(std::string message) {
    return Error{ErrorCode::kInvalidArgument, std::move(message)};
}

bool IsSecret(const notify::ChannelKind& kind, std::string_view name) {
    return std::any_of(kind.fields.begin(), kind.fields.end(), [name](const auto& field) {
        return field.name == name && field.secrecy == notify::Secrecy::kSecret;
    });
}

/// The value of "${NAME}", or nothing.
Result<std::string> FromEnvironment(const std::string& name, std::string_view text) {
    if (text.size() < 4 || !text.starts_with("${") || text.back() != '}') {
        return Wrong(
            name +
            ": a secret does not stand in a settings file; allowed: ${NAME} of an environment"
            " variable"
        );
    }
    const std::string variable(text.substr(2, text.size() - 3));
    const char* const value =
        std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe): nothing sets variables.
    if (value == nullptr || *value == '\0') {
        return Wrong(
            name + ": the environment variable " + EscapeForDisplay(variable) + " is not set"
        );
    }
    return std::string(value);
}

Status ReadMember(const std::string& name, const std::string& text, notify::ChannelWish& wish) {
    if (name == "name") {
        wish.name = text;
        return {};
    }
    if (name == "enabled") {
        return ReadBool(text, wish.enabled).Ok() ? Status()
                                                 : Wrong("enabled: allowed: true, false");
    }
    if (name == "rate_per_minute") {
        return ReadCount(text, 1, 100'000, wish.rate_per_minute).Ok()
                   ? Status()
                   : Wrong("rate_per_minute: allowed: 1 to 100000");
    }
    wish.settings[name] = text;
    return {};
}

Status ReadChannel(const YAML::Node& map, notify::ChannelWish& wish) {
    const YAML::Node kind_node = map["kind"];
    wish.kind = kind_node.IsDefined() && kind_node.IsScalar() ? kind_node.Scalar() : "";
    const notify::ChannelKind* const kind = notify::FindChannelKind(wish.kind);
    if (kind == nullptr) {
        std::string names;
        for (const notify::ChannelKind* each : notify::ChannelKinds()) {
            names += (names.empty() ? "" : ", ") + std::string(each->name);
        }
        return Wrong("kind: allowed: " + names);
    }
    for (const auto& member : map) {
        const std::string name = member.first.Scalar();
        if (name == "kind") {
            continue;
        }
        std::string text = member.second.IsScalar() ? member.second.Scalar() : std::string();
        if (IsSecret(*kind, name)) {
            SG_ASSIGN_OR_RETURN(text, FromEnvironment(name, text));
        }
        SG_TRY(ReadMember(name, text, wish));
    }
    if (wish.name.empty()) {
        return Wrong("name: is missing");
    }
    return notify::CheckSettings(*kind, wish.settings);
}

}  // namespace

Status
ReadChannels(const YAML::Node& list, const Path& file, std::vector<notify::ChannelWish>& channels) {
    if (!list.IsSequence() || list.size() > kChannelsMax) {
        return At(list, file, "expected a list of at most 200 channels");
    }
    for (const auto& entry : list) {
        if (!entry.IsMap()) {
            return At(entry, file, "expected {name, kind, ...}");
        }
        notify::ChannelWish wish;
        if (const Status read = ReadChannel(entry, wish); !read.Ok()) {
            return At(entry, file, read.error().message);
        }
        const bool twice = std::any_of(channels.begin(), channels.end(), [&wish](const auto& each) {
            return each.name == wish.name;
        });
        if (twice) {
            return At(entry, file, "the name " + EscapeForDisplay(wish.name) + " stands twice");
        }
        channels.push_back(std::move(wish));
    }
    return {};
}

}  // namespace sightglass::app
