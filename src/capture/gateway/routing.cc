#include "capture/gateway/routing.h"

#include <algorithm>
#include <array>

#include "capture/gateway/router_builder.h"
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

/// How the paths of providers begin, besides "v1": Gemini's, Cohere's, Bedrock's, Azure's. What else
/// comes may be a mistyped upstream, whose callers' keys are nobody else's to see.
constexpr std::array<std::string_view, 6>
    kProviderSegments{"v1beta", "v1alpha", "v1beta1", "v2", "model", "openai"};

bool IsProviderSegment(std::string_view segment) noexcept {
    return std::find(kProviderSegments.begin(), kProviderSegments.end(), segment) !=
           kProviderSegments.end();
}

Route RouteTo(const Target& target, std::string_view path) noexcept {
    const dialect::Dialect& dialect =
        target.dialect_by_path ? dialect::DialectOf(path, *target.dialect) : *target.dialect;
    return {RouteKind::kTarget, &target, &dialect, path};
}

}  // namespace

std::string_view Target::ProviderOf(const dialect::Dialect& spoken) const noexcept {
    const std::string_view owner =
        provider_by_path ? dialect::ProviderOfDialect(spoken.Name()) : std::string_view();
    return owner.empty() ? std::string_view(provider) : owner;
}

Result<std::shared_ptr<const Router>> Router::Create(
    const std::vector<Upstream>& upstreams,
    const TimeoutSettings& defaults,
    const Router* before
) {
    RouterBuilder builder(defaults, before);
    for (const Upstream& upstream : upstreams) {
        SG_TRY(builder.Add(upstream));
    }
    return builder.Finish();
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
    for (const UpstreamRoute& candidate : upstreams_) {
        if (candidate.name == segment) {
            return RouteTo(candidate.targets.front(), target.substr(end));
        }
    }
    const bool known = IsProviderSegment(segment) && !dialect::DialectOfPath(target).empty();
    return known ? RouteTo(targets_.front(), target) : Route();
}

bool Router::IsReserved(std::string_view segment) noexcept {
    return segment == "v1" || IsControlSegment(segment);
}

std::string Router::Names() const {
    std::string names;
    for (const UpstreamRoute& upstream : upstreams_) {
        names += names.empty() ? "" : ", ";
        names += upstream.name;
    }
    return names;
}

}  // namespace sightglass::capture
