#include "capture/gateway/latency.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

TEST(LatencyTest, RisesAtOnceAndFallsSlowly) {
    Latency latency;
    EXPECT_EQ(latency.Average(0), 0);
    latency.Add(800, 0);
    EXPECT_EQ(latency.Average(0), 800);
    latency.Add(8'000, 0);
    EXPECT_EQ(latency.Average(0), 8'000);
    latency.Add(800, 0);
    EXPECT_EQ(latency.Average(0), 7'100);
}

TEST(LatencyTest, FadesWhileNothingIsHeard) {
    Latency latency;
    latency.Add(8'000, kSecond);
    EXPECT_EQ(latency.Average(10 * kSecond), 8'000);
    EXPECT_EQ(latency.Average(11 * kSecond), 4'000);
    EXPECT_EQ(latency.Average(31 * kSecond), 1'000);
    EXPECT_EQ(latency.Average(10'000 * kSecond), 0);
}

}  // namespace
}  // namespace sightglass::capture
