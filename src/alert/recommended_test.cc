#include "alert/recommended.h"

#include <set>

#include <gtest/gtest.h>

namespace sightglass::alert {
namespace {

TEST(RecommendedTest, AllOfTheTableCanBeReadAndHaveIdsOfTheirOwn) {
    std::set<std::string> ids;
    for (const Monitor& monitor : RecommendedMonitors()) {
        EXPECT_TRUE(Check(monitor).Ok()) << monitor.id;
        EXPECT_TRUE(monitor.recommended) << monitor.id;
        EXPECT_TRUE(ids.insert(monitor.id).second) << monitor.id;
    }
    EXPECT_EQ(ids.size(), 28U);
    EXPECT_TRUE(ids.contains("provider-outage"));
    EXPECT_TRUE(ids.contains("own-unrecorded"));
}

}  // namespace
}  // namespace sightglass::alert
