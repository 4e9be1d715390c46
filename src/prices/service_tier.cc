#include "prices/service_tier.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace sightglass::prices {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kTiers = {{
    {"default", ""},
    {"auto", ""},
    {"standard", ""},
    {"standard_only", ""},
    {"on_demand", ""},
    {"ondemand", ""},
    {"traffic_type_unspecified", ""},
    {"unspecified", ""},
    {"performance", "performance"},
    {"batch", "batch"},
    {"batches", "batch"},
    {"flex", "flex"},
    {"on_demand_flex", "flex"},
    {"priority", "priority"},
    {"on_demand_priority", "priority"},
    {"fast", "priority"},
    {"ultrafast", "ultrafast"},
    {"scale", "scale"},
    {"provisioned_throughput", "provisioned_throughput"},
    {"reserved", "reserved"},
}};

}  // namespace

std::string_view TierOf(std::string_view service_tier) noexcept {
    if (service_tier.empty()) {
        return {};
    }
    for (const auto& [name, tier] : kTiers) {
        if (EqualsIgnoreCase(name, service_tier)) {
            return tier;
        }
    }
    return "other";
}

}  // namespace sightglass::prices
