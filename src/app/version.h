// Which Sightglass this is.
#pragma once

#include <string_view>

namespace sightglass::app {

/// "0.1.0", from the build.
inline constexpr std::string_view kVersion = SIGHTGLASS_VERSION;

}  // namespace sightglass::app
