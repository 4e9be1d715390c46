// The trouble that the demo plants, so that there is something to find and to be warned of: in the past week at fixed
// times before its end, and again and again while it runs. docs/demo.md lists it.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sightglass::demo {

/// In the order in which they come while the demo runs.
enum class Incident : std::uint8_t {
    kOutage,       ///< More than half of the requests end in 500 and 503.
    kLoop,         ///< An application repeats one request as fast as it can, at its key's cost.
    kRateLimits,   ///< An organization runs into its limits.
    kStrangeKeys,  ///< Somebody unknown tries keys, one after the other.
    kSlowModel,    ///< One model takes several times as long.
    kCount_
};

inline constexpr std::size_t kIncidents = static_cast<std::size_t>(Incident::kCount_);

struct PlantedIncident {
    Incident incident = Incident::kOutage;
    Time from;
    Time to;

    bool Covers(Time at) const noexcept { return at >= from && at < to; }
};

/// Those of the week that ends `now`, which do not overlap.
std::array<PlantedIncident, kIncidents> PastIncidents(Time now) noexcept;

/// How often there is trouble while the demo runs: for `length` at the end of each period, so that it begins with quiet
/// traffic; one kind after the other.
struct LiveIncidents {
    Duration period = std::chrono::minutes(12);  ///< 0: never.
    Duration length = std::chrono::minutes(2);
};

std::optional<Incident> LiveIncidentAt(const LiveIncidents& live, Duration since_start) noexcept;

/// Whether requests of the organization to the model have a part in it. Nobody's own do in kLoop and kStrangeKeys, which are
/// made of requests of their own.
bool Concerns(Incident incident, std::string_view organization, std::string_view model) noexcept;

/// Whose key the loop uses: a service of the cast.
inline constexpr std::string_view kLoopingService = "ide-assistant";
inline constexpr std::string_view kLoopingModel = "gpt-6-sol";

/// Where the strange keys come from, and with which client.
inline constexpr std::string_view kStrangerIp = "127.0.99.7";
inline constexpr std::string_view kStrangerAgent = "python-requests/2.32.3";
inline constexpr std::string_view kStrangerModel = "gpt-6-astra";

/// How many keys are tried.
inline constexpr std::uint64_t kStrangeKeys = 24;

/// The number-th of them: of the shape that providers give, valid nowhere.
std::string StrangeKey(std::uint64_t number);

}  // namespace sightglass::demo
