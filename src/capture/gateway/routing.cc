#include "capture/gateway/routing.h"

#include <algorithm>
#include <array>

#include "dialect/dialect_of_path.h"
#include "dialect/known_providers.h"

namespace sightglass::capture {
namespace {

constexpr std::array<std::string_view, 7>
    kControlSegments{"api", "ui", "assets", "metrics", "healthz", "readyz", "otlp"};

bool IsControlSegment(std::string_view segment) noexcept {
    return std::find(kControlSegments.begin(), kControlSegments.end(), segment) !=
           kControlSegments.end();
}

constexpr std::string_view kDefaultDialect = "openai";

Error BadUpstream(const Upstream& upstream, std::string_view why) {
    return Error{
        ErrorCode::kInvalidArgument,
        "upstream \"" + upstream.name + "\": " + std::string(why)};
}

bool IsName(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
}

/// Dialect and provider: by the settings, else by the host, else by the upstream's name.
Status SetDialect(const Upstream& upstream, Target& target) {
    const dialect::KnownProvider* known = dialect::FindProviderByHost(target.url.host);
    const bool known_host = known != nullptr;
    if (!known_host) {
        known = dialect::FindProviderByName(upstream.name);
    }
    target.dialect_by_path = upstream.dialect.empty();
    target.dialect = dialect::FindDialect(
        !target.dialect_by_path ? std::string_view(upstream.dialect)
        : known != nullptr      ? known->dialect
                                : kDefaultDialect
    );
    if (target.dialect == nullptr && target.dialect_by_path) {
        target.dialect = dialect::FindDialect(kDefaultDialect);
    }
    if (target.dialect == nullptr) {
        return BadUpstream(upstream, "dialect \"" + upstream.dialect + "\" is not known");
    }
    target.provider = !upstream.provider.empty() ? upstream.provider
                      : known != nullptr         ? std::string(known->name)
                                                 : upstream.name;
    const bool named = known != nullptr && known->name != kDefaultDialect;
    target.provider_by_path = upstream.provider.empty() && !known_host && !named;
    return {};
}

Result<Target> MakeTarget(const Upstream& upstream) {
    if (!IsName(upstream.name)) {
        return BadUpstream(upstream, "a name has letters, digits, '-', '_' and '.' only");
    }
    if (upstream.name == "v1" || IsControlSegment(upstream.name)) {
        return BadUpstream(upstream, "this name is reserved for a path of Sightglass itself");
    }
    auto url = net::ParseUrl(upstream.base_url);
    if (!url.Ok()) {
        return std::move(url).error().In("upstream \"" + upstream.name + "\"");
    }
    Target target;
    target.name = upstream.name;
    target.base_url = upstream.base_url;
    target.url = std::move(url).value();
    target.authority = target.url.Authority();
    SG_TRY(SetDialect(upstream, target));
    return target;
}

Route RouteTo(const Target& target, std::string_view path) noexcept {
    const dialect::Dialect& dialect =
        target.dialect_by_path ? dialect::DialectOf(path, *target.dialect) : *target.dialect;
    return {RouteKind::kTarget, &target, &dialect, path};
}

}  // namespace

std::string_view Route::Provider() const noexcept {
    const std::string_view owner =
        target->provider_by_path ? dialect::ProviderOfDialect(dialect->Name()) : std::string_view();
    return owner.empty() ? std::string_view(target->provider) : owner;
}

Result<std::shared_ptr<const Router>> Router::Create(const std::vector<Upstream>& upstreams) {
    auto router = std::make_shared<Router>();
    for (const Upstream& upstream : upstreams) {
        SG_ASSIGN_OR_RETURN(Target target, MakeTarget(upstream));
        for (const Target& other : router->targets_) {
            if (other.name == target.name) {
                return BadUpstream(upstream, "the name is given twice");
            }
        }
        target.index = router->targets_.size();
        router->targets_.push_back(std::move(target));
    }
    if (router->targets_.empty()) {
        return Error{ErrorCode::kInvalidArgument, "the gateway needs at least one upstream"};
    }
    return std::shared_ptr<const Router>(std::move(router));
}

Route Router::Find(std::string_view target) const noexcept {
    if (!target.starts_with('/')) {
        return {};
    }
    const std::size_t end = std::min(target.find_first_of("/?", 1), target.size());
    const std::string_view segment = target.substr(1, end - 1);
    if (segment == "v1") {
        return RouteTo(targets_.front(), target);
    }
    if (segment.empty() ? target.size() == 1 || target[1] == '?' : IsControlSegment(segment)) {
        return {RouteKind::kHandOver, nullptr, nullptr, target};
    }
    for (const Target& candidate : targets_) {
        if (candidate.name == segment) {
            return RouteTo(candidate, target.substr(end));
        }
    }
    return {};
}

std::string Router::Names() const {
    std::string names;
    for (const Target& target : targets_) {
        names += names.empty() ? "" : ", ";
        names += target.name;
    }
    return names;
}

}  // namespace sightglass::capture
