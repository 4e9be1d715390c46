// The scenarios that are built in.
#pragma once

#include <span>
#include <string_view>

namespace sightglass::classify {

/// Thread-safety: plain value.
struct DefaultScenario {
    std::string_view name;  ///< As the Call has it: "customer_service".
    std::string_view description;
};

/// In the order in which people are shown them; the last is "other".
/// Thread-safety: constant.
std::span<const DefaultScenario> DefaultScenarios() noexcept;

}  // namespace sightglass::classify
