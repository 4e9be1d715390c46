#include "analytics/paired_days.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::analytics {
namespace {

std::vector<DayPair> Pairs(const std::vector<double>& differences) {
    std::vector<DayPair> pairs;
    pairs.reserve(differences.size());
    for (const double difference : differences) {
        pairs.push_back({.difference = difference});
    }
    return pairs;
}

/// How many of 2,000 series of noise (or of noise and a shift) are told from chance at 5 %.
double ShareFound(std::size_t days, double likeness, double shift) {
    constexpr int kSeries = 2'000;
    int found = 0;
    for (int seed = 1; seed <= kSeries; ++seed) {
        std::mt19937_64 random(static_cast<std::uint64_t>(seed));
        std::normal_distribution<double> noise;
        double level = noise(random);
        std::vector<DayPair> pairs;
        for (std::size_t day = 0; day < days; ++day) {
            level = likeness * level + std::sqrt(1 - likeness * likeness) * noise(random);
            pairs.push_back({.difference = level + shift, .weight = 10 + std::abs(noise(random))});
        }
        found += CompareDays(pairs)->p <= 0.05 ? 1 : 0;
    }
    return static_cast<double>(found) / kSeries;
}

TEST(PairedDaysTest, IsStudentsTestWhereDaysAreUnlike) {
    // Neighbours are as far apart as can be: nothing is widened. t = 2.5 / (sqrt(3.5) / sqrt(6)).
    const auto found = CompareDays(Pairs({0, 5, 1, 4, 2, 3}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->days, 6U);
    EXPECT_EQ(found->likeness, 0);
    EXPECT_DOUBLE_EQ(found->mean, 2.5);
    EXPECT_NEAR(found->high - found->mean, 2.570582 * std::sqrt(3.5 / 6), 1e-5);
    EXPECT_NEAR(found->p, 0.02221, 1e-4);
}

TEST(PairedDaysTest, KnowsWhenThereIsTooLittleOrNothingAtAll) {
    EXPECT_FALSE(CompareDays(Pairs({1, 2, 3, 4})));
    EXPECT_EQ(CompareDays(Pairs({0, 0, 0, 0, 0}))->p, 1);
    EXPECT_EQ(CompareDays(Pairs({2, 2, 2, 2, 2}))->p, 0);
}

TEST(PairedDaysTest, ADayWithLittleInItCountsForLittle) {
    std::vector<DayPair> pairs = Pairs({1, 1.1, 0.9, 1, 1.05, 0.95, 1});
    pairs.push_back({.difference = -30, .weight = 0.001});
    const auto found = CompareDays(pairs);
    EXPECT_NEAR(found->mean, 1, 0.01);
    EXPECT_LT(found->p, 0.001);
}

TEST(PairedDaysTest, WeekOfPairsKeepsTheLevel) {
    EXPECT_LE(ShareFound(7, 0, 0), 0.05);
    EXPECT_LE(ShareFound(7, 0.3, 0), 0.08);
    EXPECT_GE(ShareFound(7, 0, 2), 0.8);
}

TEST(PairedDaysTest, FourWeeksKeepItAlsoWhereDaysAreAlike) {
    EXPECT_LE(ShareFound(28, 0, 0), 0.05);
    EXPECT_LE(ShareFound(28, 0.3, 0), 0.07);
    EXPECT_LE(ShareFound(28, 0.6, 0), 0.1);
    EXPECT_GE(ShareFound(28, 0.3, 1.5), 0.95);
}

TEST(PairedDaysTest, HolmMakesThemLargerInOrder) {
    const std::vector<double> p{0.01, 0.5, 0.02, 0.03};
    const std::vector<double> adjusted = HolmAdjusted(p);
    EXPECT_NEAR(adjusted[0], 0.04, 1e-12);
    EXPECT_NEAR(adjusted[2], 0.06, 1e-12);
    EXPECT_NEAR(adjusted[3], 0.06, 1e-12);
    EXPECT_NEAR(adjusted[1], 0.5, 1e-12);
    EXPECT_TRUE(HolmAdjusted({}).empty());
}

}  // namespace
}  // namespace sightglass::analytics
