// The scalar settings of an upstream, of its targets and of what else stands in its mapping: name, what is allowed, and how the
// text is taken in.
//
// Thread-safety: constants.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "capture/gateway/upstream_settings.h"

namespace sightglass::app {

/// One scalar member of a mapping.
template <typename T>
struct Member {
    std::string_view name;
    std::string_view allowed;
    Status (*apply)(T& out, std::string_view text);
};

std::span<const Member<capture::TargetSettings>> TargetMembers() noexcept;
std::span<const Member<capture::TargetSettings>> TargetLimits() noexcept;
std::span<const Member<capture::RetrySettings>> RetryMembers() noexcept;
std::span<const Member<capture::BreakerSettings>> BreakerMembers() noexcept;
std::span<const Member<capture::TimeoutSettings>> TimeoutMembers() noexcept;
std::span<const Member<capture::FallbackSettings>> FallbackMembers() noexcept;
std::span<const Member<capture::Upstream>> UpstreamMembers() noexcept;

}  // namespace sightglass::app
