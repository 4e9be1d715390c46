#include "capture/gateway/routing.h"

#include <algorithm>
#include <array>

namespace sightglass::capture {
namespace {

constexpr std::array<std::string_view, 7>
    kControlSegments{"api", "ui", "assets", "metrics", "healthz", "readyz", "otlp"};

bool IsControlSegment(std::string_view segment) noexcept {
    return std::find(kControlSegments.begin(), kControlSegments.end(), segment) !=
           kControlSegments.end();
}

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
    target.provider = upstream.provider.empty() ? upstream.name : upstream.provider;
    target.base_url = upstream.base_url;
    target.url = std::move(url).value();
    target.authority = target.url.Authority();
    target.dialect = dialect::FindDialect(upstream.dialect.empty() ? "openai" : upstream.dialect);
    if (target.dialect == nullptr) {
        return BadUpstream(upstream, "dialect \"" + upstream.dialect + "\" is not known");
    }
    return target;
}

}  // namespace

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
        return {RouteKind::kTarget, &targets_.front(), target};
    }
    if (segment.empty() ? target.size() == 1 || target[1] == '?' : IsControlSegment(segment)) {
        return {RouteKind::kHandOver, nullptr, target};
    }
    for (const Target& candidate : targets_) {
        if (candidate.name == segment) {
            return {RouteKind::kTarget, &candidate, target.substr(end)};
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
