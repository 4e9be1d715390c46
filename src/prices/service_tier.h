// What providers call the same service tiers.
//
// Thread-safety: pure function.
#pragma once

#include <string_view>

namespace sightglass::prices {

/// "batch", "flex", "priority", "ultrafast" as books call them; empty for the usual one. What is neither, such as capacity that was
/// bought ahead ("scale", "provisioned_throughput"), stays as it is, in a static text where it is known and "other" where not.
std::string_view TierOf(std::string_view service_tier) noexcept;

}  // namespace sightglass::prices
