#include "app/demo/incidents.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace sightglass::demo {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Time kMidnight = std::chrono::sys_days(std::chrono::November / 16 / 2026);

TEST(IncidentsTest, TheWeekHoldsOneOfEachKindWheneverItEnds) {
    for (Time now = kMidnight; now < kMidnight + hours(24); now += minutes(7)) {
        std::array<PlantedIncident, kIncidents> all = PastIncidents(now);
        std::set<Incident> kinds;
        for (const PlantedIncident& planted : all) {
            kinds.insert(planted.incident);
            EXPECT_GT(planted.from, now - std::chrono::weeks(1));
            EXPECT_LT(planted.to, now);
            EXPECT_LT(planted.from, planted.to);
        }
        EXPECT_EQ(kinds.size(), kIncidents);
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            return a.from < b.from;
        });
        for (std::size_t i = 1; i < all.size(); ++i) {
            EXPECT_LE(all[i - 1].to, all[i].from) << "at " << FormatTime(now);
        }
    }
}

TEST(IncidentsTest, WhileItRunsEachKindComesInTurnAtTheEndOfItsPeriod) {
    const LiveIncidents live{.period = minutes(10), .length = minutes(1)};
    EXPECT_FALSE(LiveIncidentAt(live, minutes(0)).has_value());
    EXPECT_FALSE(LiveIncidentAt(live, minutes(8)).has_value());
    EXPECT_EQ(LiveIncidentAt(live, minutes(9)), Incident::kOutage);
    EXPECT_FALSE(LiveIncidentAt(live, minutes(10)).has_value());
    EXPECT_EQ(LiveIncidentAt(live, minutes(19)), Incident::kLoop);
    EXPECT_EQ(LiveIncidentAt(live, minutes(59)), Incident::kOutage);
}

TEST(IncidentsTest, WithoutAPeriodThereIsNone) {
    for (int minute = 0; minute < 100; ++minute) {
        EXPECT_FALSE(LiveIncidentAt({.period = Duration(0)}, minutes(minute)).has_value());
    }
}

TEST(IncidentsTest, StrangeKeysDiffer) {
    std::set<std::string> keys;
    for (std::uint64_t number = 0; number < 50; ++number) {
        keys.insert(StrangeKey(number));
    }
    EXPECT_EQ(keys.size(), 50U);
}

}  // namespace
}  // namespace sightglass::demo
