#include "app/config_upstreams.h"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "app/config.h"
#include "app/upstream_members.h"
#include "base/text.h"

namespace sightglass::app {
namespace {

using capture::BreakerSettings;
using capture::FallbackSettings;
using capture::RetrySettings;
using capture::TargetSettings;
using capture::TimeoutSettings;
using capture::Upstream;

// The first path segments that are not upstreams (design, HTTP surface).
constexpr std::string_view kReservedNames[] =
    {"v1", "api", "ui", "assets", "otlp", "metrics", "healthz", "readyz"};

/// What an upstream's own mapping may hold beside the members of its only target.
constexpr std::string_view kUpstreamAllowed =
    "base_url or targets, dialect, provider, balance, retry, breaker, timeouts, fallback, "
    "ask_stream_usage; beside base_url also key, key_file, key_header, models, limits";

bool IsUpstreamName(std::string_view name) {
    constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    return !name.empty() && name.size() <= 64 &&
           name.find_first_not_of(kAllowed) == std::string_view::npos &&
           std::find(std::begin(kReservedNames), std::end(kReservedNames), name) ==
               std::end(kReservedNames);
}

bool IsBaseUrl(std::string_view url) {
    const bool http = url.substr(0, 7) == "http://";
    const bool https = url.substr(0, 8) == "https://";
    const std::string_view rest = url.substr(https ? 8 : std::min<std::size_t>(7, url.size()));
    return (http || https) && !rest.empty() && rest.front() != '/' &&
           rest.find_first_of("?#@ \t\r\n") == std::string_view::npos;
}

Error BadUpstream(std::string_view name, std::string_view why) {
    return Error{
        ErrorCode::kInvalidArgument,
        "upstreams." + EscapeForDisplay(name) + ": " + std::string(why)};
}

Status CheckBaseUrl(std::string_view upstream, std::string& url) {
    while (!url.empty() && url.back() == '/') {
        url.pop_back();
    }
    if (!IsBaseUrl(url)) {
        return BadUpstream(
            upstream,
            "'" + EscapeForDisplay(url) +
                "' is not a base URL; allowed: http(s)://HOST[:PORT][/PATH], without /v1, user or "
                "query"
        );
    }
    if (url.ends_with("/v1")) {
        return BadUpstream(
            upstream,
            "'" + EscapeForDisplay(url) +
                "' ends in /v1, which every request's path brings along; allowed: " +
                EscapeForDisplay(url.substr(0, url.size() - 3))
        );
    }
    return {};
}

/// A scalar as it stands; a list joined with commas.
std::string TextOf(const YAML::Node& value) {
    if (value.IsScalar()) {
        return value.Scalar();
    }
    std::string text;
    if (value.IsSequence()) {
        for (const auto& part : value) {
            text += text.empty() ? "" : ",";
            text += part.IsScalar() ? part.Scalar() : "?";
        }
    }
    return text;
}

/// The value of "${NAME}", or nothing.
Result<std::string> FromEnvironment(const std::string& text) {
    if (text.size() < 4 || !text.starts_with("${") || text.back() != '}') {
        return Error{
            ErrorCode::kInvalidArgument,
            "a key does not stand in a settings file; allowed: ${NAME} of an environment variable, "
            "or key_file instead"};
    }
    const std::string name = text.substr(2, text.size() - 3);
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): never set.
    if (value == nullptr || *value == '\0') {
        return Error{
            ErrorCode::kInvalidArgument,
            "the environment variable " + EscapeForDisplay(name) + " is not set"};
    }
    return std::string(value);
}

/// A key goes into a header: what could end the line does not belong to it.
bool IsKey(std::string_view key) noexcept {
    return !key.empty() &&
           std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// One upstream on its way into its settings; knows file and name for its messages.
class UpstreamReader {
public:
    UpstreamReader(const Path& file, std::string name) : file_(file), name_(std::move(name)) {}

    Result<Upstream> Read(const YAML::Node& name, const YAML::Node& value) {
        upstream_.name = name_;
        upstream_.where = Where(name);
        if (value.IsScalar()) {
            upstream_.base_url = value.Scalar();
            return std::move(upstream_);
        }
        if (!value.IsMap()) {
            return At(name, "", "expected a URL, or " + std::string(kUpstreamAllowed));
        }
        for (const auto& entry : value) {
            SG_TRY(ReadEntry(entry.first, entry.second));
        }
        SG_TRY(Complete(name));
        return std::move(upstream_);
    }

private:
    std::string Where(const YAML::Node& node) const {
        return file_.string() + ":" + std::to_string(node.Mark().line + 1);
    }

    Error At(const YAML::Node& node, const std::string& path, std::string_view message) const {
        return Error{
            ErrorCode::kInvalidArgument,
            Where(node) + ": upstreams." + EscapeForDisplay(name_ + path) + ": " +
                std::string(message)};
    }

    /// Applies a scalar, or says what is allowed. False where no member has that name.
    template <typename T>
    Result<bool> Apply(
        const YAML::Node& key,
        const YAML::Node& value,
        const std::string& path,
        std::span<const Member<T>> members,
        T& out
    ) const {
        for (const Member<T>& member : members) {
            if (member.name != key.Scalar()) {
                continue;
            }
            const std::string text = TextOf(value);
            const bool readable = value.IsScalar() || value.IsSequence();
            if (!readable || !member.apply(out, text).Ok()) {
                return At(
                    key,
                    path + "." + key.Scalar(),
                    "'" + EscapeForDisplay(text) +
                        "' is not allowed; allowed: " + std::string(member.allowed)
                );
            }
            return true;
        }
        return false;
    }

    template <typename T>
    static std::string NamesOf(std::span<const Member<T>> members) {
        std::string names;
        for (const Member<T>& member : members) {
            names += names.empty() ? "" : ", ";
            names += member.name;
        }
        return names;
    }

    Error Unknown(const YAML::Node& key, const std::string& path, std::string_view allowed) const {
        return At(
            key,
            path,
            "unknown setting '" + EscapeForDisplay(key.Scalar()) +
                "'; allowed: " + std::string(allowed)
        );
    }

    /// A mapping of scalars.
    template <typename T>
    Status ReadMap(
        const YAML::Node& key,
        const YAML::Node& map,
        const std::string& path,
        std::span<const Member<T>> members,
        T& out
    ) const {
        if (!map.IsMap()) {
            return At(key, path, "expected {" + NamesOf(members) + "}");
        }
        for (const auto& entry : map) {
            SG_ASSIGN_OR_RETURN(
                const bool known,
                Apply(entry.first, entry.second, path, members, out)
            );
            if (!known) {
                return Unknown(entry.first, path, NamesOf(members));
            }
        }
        return {};
    }

    Status ReadEntry(const YAML::Node& key, const YAML::Node& value) {
        const std::string& name = key.Scalar();
        if (name == "targets") {
            return ReadTargets(key, value);
        }
        if (name == "fallback") {
            return ReadFallbacks(key, value);
        }
        const bool off = value.IsScalar() && value.Scalar() == "off";
        if (name == "retry") {
            upstream_.retry.tries_max = off ? 0 : upstream_.retry.tries_max;
            return off ? Status()
                       : ReadMap<RetrySettings>(
                             key,
                             value,
                             ".retry",
                             RetryMembers(),
                             upstream_.retry
                         );
        }
        if (name == "breaker") {
            upstream_.breaker.failures = off ? 0 : upstream_.breaker.failures;
            return off ? Status()
                       : ReadMap<BreakerSettings>(
                             key,
                             value,
                             ".breaker",
                             BreakerMembers(),
                             upstream_.breaker
                         );
        }
        if (name == "timeouts") {
            return ReadMap<TimeoutSettings>(
                key,
                value,
                ".timeouts",
                TimeoutMembers(),
                upstream_.timeouts
            );
        }
        if (name == "provider") {
            upstream_.provider = value.Scalar();
            return {};
        }
        SG_ASSIGN_OR_RETURN(
            const bool known,
            Apply<Upstream>(key, value, "", UpstreamMembers(), upstream_)
        );
        if (known) {
            return {};
        }
        const bool unfit = name == "name" || name == "weight";  // There is nobody to tell it from.
        SG_ASSIGN_OR_RETURN(
            const bool of_target,
            unfit ? false : ReadTargetEntry(key, value, "", only_)
        );
        has_only_ = has_only_ || of_target;
        return of_target ? Status() : Unknown(key, "", kUpstreamAllowed);
    }

    /// One member of a target. False where there is no such member.
    Result<bool> ReadTargetEntry(
        const YAML::Node& key,
        const YAML::Node& value,
        const std::string& path,
        TargetSettings& target
    ) const {
        if (key.Scalar() == "key" || key.Scalar() == "key_file") {
            SG_TRY(ReadKey(key, value, path, target));
            return true;
        }
        if (key.Scalar() == "limits") {
            SG_TRY(ReadMap<TargetSettings>(key, value, path + ".limits", TargetLimits(), target));
            return true;
        }
        return Apply<TargetSettings>(key, value, path, TargetMembers(), target);
    }

    Status ReadKey(
        const YAML::Node& key,
        const YAML::Node& value,
        const std::string& path,
        TargetSettings& target
    ) const {
        const std::string full = path + "." + key.Scalar();
        const std::string text = value.IsScalar() ? value.Scalar() : "";
        Result<std::string> read =
            key.Scalar() == "key" ? FromEnvironment(text) : ReadFile(Path(text));
        if (!read.Ok()) {
            return At(key, full, read.error().message);
        }
        const std::string_view trimmed = Trim(*read);
        const std::size_t end = trimmed.find_last_not_of("\r\n");
        const std::string_view its = trimmed.substr(0, end == std::string_view::npos ? 0 : end + 1);
        if (!IsKey(Trim(its))) {
            return At(key, full, "what is there is not a key; allowed: visible ASCII, one line");
        }
        target.key = Secret(std::string(Trim(its)));
        return {};
    }

    Status ReadTargets(const YAML::Node& key, const YAML::Node& list) {
        if (!list.IsSequence() || list.size() == 0) {
            return At(key, ".targets", "expected a list of URLs or {" + TargetAllowed() + "}");
        }
        for (const auto& entry : list) {
            const std::string path = ".targets." + std::to_string(upstream_.targets.size() + 1);
            TargetSettings target;
            if (entry.IsScalar()) {
                target.base_url = entry.Scalar();
            } else if (!entry.IsMap()) {
                return At(entry, path, "expected a URL or {" + TargetAllowed() + "}");
            } else {
                for (const auto& member : entry) {
                    SG_ASSIGN_OR_RETURN(
                        const bool known,
                        ReadTargetEntry(member.first, member.second, path, target)
                    );
                    if (!known) {
                        return Unknown(member.first, path, TargetAllowed());
                    }
                }
            }
            const Status checked = CheckBaseUrl(name_ + path, target.base_url);
            if (!checked.Ok()) {
                return Error{
                    ErrorCode::kInvalidArgument,
                    Where(entry) + ": " + checked.error().message};
            }
            upstream_.targets.push_back(std::move(target));
        }
        return {};
    }

    static std::string TargetAllowed() {
        return NamesOf<TargetSettings>(TargetMembers()) + ", key, key_file, limits";
    }

    Status ReadFallbacks(const YAML::Node& key, const YAML::Node& list) {
        if (!list.IsSequence()) {
            return At(key, ".fallback", "expected a list of names or {upstream, model, for}");
        }
        for (const auto& entry : list) {
            FallbackSettings& fallback = upstream_.fallbacks.emplace_back();
            if (entry.IsScalar()) {
                fallback.upstream = entry.Scalar();
            } else {
                SG_TRY(ReadMap<
                       FallbackSettings>(entry, entry, ".fallback", FallbackMembers(), fallback));
            }
        }
        return {};
    }

    /// `base_url` and what stands beside it are one target; `targets` are all there are.
    Status Complete(const YAML::Node& name) {
        if (has_only_ && !upstream_.targets.empty()) {
            return At(
                name,
                "",
                "settings of one target stand beside targets; allowed: base_url or targets, and "
                "key, "
                "key_file, key_header, models and limits with each target"
            );
        }
        upstream_.base_url = only_.base_url;
        if (upstream_.targets.empty()) {
            upstream_.targets.push_back(std::move(only_));
        } else {
            upstream_.base_url = upstream_.targets.front().base_url;
        }
        return {};
    }

    const Path& file_;
    const std::string name_;
    Upstream upstream_;
    TargetSettings only_;
    bool has_only_ = false;
};

}  // namespace

Status AddUpstream(Config& config, Upstream upstream) {
    if (!IsUpstreamName(upstream.name)) {
        return BadUpstream(
            upstream.name,
            "not a name for an upstream; allowed: a-z 0-9 - _, up to 64, none of v1 api ui assets "
            "otlp metrics healthz readyz"
        );
    }
    SG_TRY(CheckBaseUrl(upstream.name, upstream.base_url));
    if (upstream.targets.size() == 1) {
        upstream.targets.front().base_url = upstream.base_url;
    }
    auto& all = config.gateway.upstreams;
    const auto same = std::find_if(all.begin(), all.end(), [&](const Upstream& other) {
        return other.name == upstream.name;
    });
    if (same == all.end()) {
        all.push_back(std::move(upstream));
    } else {
        *same = std::move(upstream);
    }
    return {};
}

Status ReadUpstreams(Config& config, const Path& file, const YAML::Node& upstreams) {
    for (const auto& entry : upstreams) {
        UpstreamReader reader(file, entry.first.Scalar());
        SG_ASSIGN_OR_RETURN(Upstream upstream, reader.Read(entry.first, entry.second));
        const std::string where = upstream.where;
        const Status added = AddUpstream(config, std::move(upstream));
        if (!added.Ok()) {
            return Error{ErrorCode::kInvalidArgument, where + ": " + added.error().message};
        }
    }
    return {};
}

}  // namespace sightglass::app
