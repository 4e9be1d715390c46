#include "app/demo/incidents.h"

#include "app/demo/random.h"

namespace sightglass::demo {

namespace {

// The company's customers are served by one organization, its own people by another.
constexpr std::string_view kLimitedOrganization = "northwind-retail";
constexpr std::string_view kSlowedModel = "gpt-6-luna";

}  // namespace

std::array<PlantedIncident, kIncidents> PastIncidents(Time now) noexcept {
    using std::chrono::days;
    using std::chrono::hours;
    using std::chrono::minutes;
    const Time today = std::chrono::floor<days>(now);
    const auto planted = [](Incident incident, Time from, Duration length) {
        return PlantedIncident{incident, from, from + length};
    };
    return {
        planted(Incident::kSlowModel, today - days(5) + hours(18), minutes(150)),
        planted(Incident::kRateLimits, today - days(3) + hours(13) + minutes(30), minutes(90)),
        planted(Incident::kLoop, today - days(2) + hours(2) + minutes(10), minutes(50)),
        planted(Incident::kStrangeKeys, today - days(1) + hours(3) + minutes(20), minutes(6)),
        // Within the last day, so that the page one sees first shows it.
        planted(Incident::kOutage, std::chrono::floor<minutes>(now - hours(10)), minutes(40)),
    };
}

std::optional<Incident> LiveIncidentAt(const LiveIncidents& live, Duration since_start) noexcept {
    if (live.period.count() <= 0 || since_start.count() < 0 ||
        since_start % live.period < live.period - live.length) {
        return std::nullopt;
    }
    const auto number = static_cast<std::size_t>(since_start / live.period);
    return static_cast<Incident>(number % kIncidents);
}

bool Concerns(Incident incident, std::string_view organization, std::string_view model) noexcept {
    switch (incident) {
        case Incident::kOutage:
            return true;
        case Incident::kRateLimits:
            return organization == kLimitedOrganization;
        case Incident::kSlowModel:
            return model == kSlowedModel;
        case Incident::kLoop:
        case Incident::kStrangeKeys:
        case Incident::kCount_:
            break;
    }
    return false;
}

std::string StrangeKey(std::uint64_t number) {
    constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::size_t kLength = 48;
    Random random(Mix(HashText("strange key"), number));
    std::string key = "sk-";
    for (std::size_t i = 0; i < kLength; ++i) {
        key += kAlphabet[static_cast<std::size_t>(random.Next() % kAlphabet.size())];
    }
    return key;
}

}  // namespace sightglass::demo
