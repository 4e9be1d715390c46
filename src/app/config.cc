#include "app/config.h"

#include <arpa/inet.h>

#include <algorithm>

#include <yaml-cpp/yaml.h>

#include "app/config_capture.h"
#include "app/config_channels.h"
#include "app/config_limits.h"
#include "app/config_upstreams.h"
#include "base/text.h"
#include "capture/gateway/routing.h"

namespace sightglass::app {
namespace {

constexpr std::string_view kVariablePrefix = "SIGHTGLASS_";

/// One YAML document on its way into a Config; knows the file for its messages.
class FileReader {
public:
    FileReader(Config& config, const Path& file) : config_(config), file_(file) {}

    Status ReadRoot(const YAML::Node& root) {
        if (root.IsNull()) {
            return {};
        }
        return ReadMap(root, "");
    }

private:
    Error At(const YAML::Node& node, std::string_view message) const {
        return Error{
            ErrorCode::kInvalidArgument,
            file_.string() + ":" + std::to_string(node.Mark().line + 1) + ": " +
                std::string(message)};
    }

    Status ReadMap(const YAML::Node& map, const std::string& prefix) {
        if (!map.IsMap()) {
            return At(
                map,
                "expected 'setting: value' lines" + (prefix.empty() ? "" : " under " + prefix)
            );
        }
        for (const auto& entry : map) {
            SG_TRY(ReadEntry(entry.first, entry.second, prefix));
        }
        return {};
    }

    Status ReadEntry(const YAML::Node& name, const YAML::Node& value, const std::string& prefix) {
        const std::string key = prefix.empty() ? name.Scalar() : prefix + "." + name.Scalar();
        if (key == "upstreams") {
            if (!value.IsMap()) {
                return At(
                    value,
                    "upstreams: expected 'name: URL' or 'name: {base_url, targets, ...}' lines"
                );
            }
            return ReadUpstreams(config_, file_, value);
        }
        if (key == "limits.rules" || (key == "limits" && value.IsSequence())) {
            return ReadLimits(value, file_, config_.limits);
        }
        if (key == "channels") {
            return ReadChannels(value, file_, config_.channels);
        }
        if (key == "capture.patterns") {
            config_.capture_patterns.clear();
            return ReadCapturePatterns(value, file_, config_.capture_patterns);
        }
        if (key == "capture.rules") {
            return ReadCaptureRules(value, file_, config_.capture_rules);
        }
        if (value.IsMap() && IsSection(key)) {
            return ReadMap(value, key);
        }
        // "capture: redacted" is the short form of capture.content.
        const std::string full = key == "capture" && value.IsScalar() ? "capture.content" : key;
        const Status applied = ApplySetting(config_, full, TextOf(value));
        if (!applied.Ok()) {
            return At(name, applied.error().message);
        }
        return {};
    }

    static bool IsSection(std::string_view key) {
        return std::any_of(Settings().begin(), Settings().end(), [key](const Setting& setting) {
            return setting.key.size() > key.size() && setting.key.substr(0, key.size()) == key &&
                   setting.key[key.size()] == '.';
        });
    }

    /// A scalar as it stands; a list joined with commas.
    static std::string TextOf(const YAML::Node& value) {
        if (value.IsScalar()) {
            return value.Scalar();
        }
        std::string text;
        if (value.IsSequence()) {
            for (const auto& part : value) {
                text += text.empty() ? "" : ",";
                text += part.IsScalar() ? part.Scalar() : "";
            }
        }
        return text;
    }

    Config& config_;
    const Path& file_;
};

/// SIGHTGLASS_TIMEOUTS_CONNECT of "timeouts.connect".
std::string VariableOf(std::string_view key) {
    std::string name(kVariablePrefix);
    for (const char c : key) {
        name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return name;
}

Status ApplyUpstreams(Config& config, std::string_view list) {
    for (const std::string_view part : Split(list, ',')) {
        SG_TRY(ApplyUpstream(config, Trim(part)));
    }
    return {};
}

Status ApplyVariable(Config& config, std::string_view name, std::string_view value) {
    if (name == "SIGHTGLASS_UPSTREAM" || name == "SIGHTGLASS_UPSTREAMS") {
        return ApplyUpstreams(config, value);
    }
    if (name == "SIGHTGLASS_CAPTURE") {
        return ApplySetting(config, "capture.content", value);
    }
    for (const Setting& setting : Settings()) {
        if (VariableOf(setting.key) == name) {
            return ApplySetting(config, setting.key, value);
        }
    }
    // Not refused, as it is in a file: other programs may own names with our prefix.
    Log(LogLevel::kWarn,
        "config",
        "environment variable " + std::string(name) + " is not a setting and has no effect");
    return {};
}

}  // namespace

bool Address::IsLoopback() const {
    if (host == "localhost") {
        return true;
    }
    in_addr v4{};
    if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
        return (ntohl(v4.s_addr) >> 24) == 127;
    }
    in6_addr v6{};
    return ::inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

Status ApplyUpstream(Config& config, std::string_view name_and_url) {
    const std::size_t equals = name_and_url.find('=');
    if (equals == std::string_view::npos) {
        return Error{
            ErrorCode::kInvalidArgument,
            "upstream '" + EscapeForDisplay(name_and_url) +
                "' is not NAME=URL, as in openai=https://api.openai.com"};
    }
    capture::Upstream upstream;
    upstream.name = name_and_url.substr(0, equals);
    upstream.base_url = name_and_url.substr(equals + 1);
    return AddUpstream(config, std::move(upstream));
}

Status ApplyFile(Config& config, const Path& file) {
    SG_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    try {
        return FileReader(config, file).ReadRoot(YAML::Load(text));
    } catch (const YAML::Exception& error) {
        return Error{
            ErrorCode::kInvalidArgument,
            file.string() + ":" + std::to_string(error.mark.line + 1) + ": not YAML: " + error.msg};
    }
}

Status ApplyEnvironment(Config& config, const char* const* environment) {
    constexpr std::string_view kNotSettings[] = {
        "SIGHTGLASS_CONFIG",
        "SIGHTGLASS_ADMIN_TOKEN",
        "SIGHTGLASS_BINARY"};
    for (; *environment != nullptr; ++environment) {
        const std::string_view entry(*environment);
        const std::size_t equals = entry.find('=');
        const std::string_view name = entry.substr(0, equals);
        const bool other = name.substr(0, kVariablePrefix.size()) != kVariablePrefix ||
                           std::find(std::begin(kNotSettings), std::end(kNotSettings), name) !=
                               std::end(kNotSettings);
        if (other || equals == std::string_view::npos) {
            continue;
        }
        Status applied = ApplyVariable(config, name, entry.substr(equals + 1));
        if (!applied.Ok()) {
            return std::move(applied.error()).In("environment variable " + std::string(name));
        }
    }
    return {};
}

Status CheckConfig(Config& config) {
    if (!config.listen.IsLoopback() && !config.gateway.access.require_key) {
        return Error{
            ErrorCode::kInvalidArgument,
            "listen: " + config.listen.host +
                " can be reached from other machines, whose callers must show Sightglass keys; "
                "allowed: access.require_key: true, or a loopback address (127.0.0.1, ::1, "
                "localhost)"};
    }
    if (config.journal.segment_bytes < (std::size_t{1} << 20) ||
        config.journal.total_bytes_max < 4 * config.journal.segment_bytes) {
        return Error{
            ErrorCode::kInvalidArgument,
            "journal: allowed: a segment of at least 1MiB, and a max of at least four segments"};
    }
    if (config.gateway.upstreams.empty()) {
        SG_TRY(ApplyUpstream(config, "openai=" + std::string(kDefaultUpstream)));
    }
    // What no single line shows: fallbacks to nobody, targets of different dialects.
    const auto router = capture::Router::Create(config.gateway.upstreams);
    if (!router.Ok()) {
        return router.error();
    }
    config.gateway.host = config.listen.host;
    config.gateway.port = config.listen.port;
    return {};
}

}  // namespace sightglass::app
