#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

#include "sketch/heavy_hitters.h"
#include "sketch/log_histogram.h"

namespace sightglass::sketch {
namespace {

std::vector<std::int64_t> Latencies(std::size_t count, unsigned seed) {
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> draw(12.0, 1.6);
    std::vector<std::int64_t> values(count);
    for (std::int64_t& value : values) {
        value = static_cast<std::int64_t>(draw(random)) + 1;
    }
    return values;
}

TEST(LogHistogramTest, EveryValueIsWithinOnePercentOfItsBucket) {
    for (std::int64_t value = 1; value < 90'000'000'000'000; value += 1 + value / 97) {
        const double taken_for = LogBucketValue(LogBucketOf(value));
        EXPECT_LE(
            std::abs(taken_for - static_cast<double>(value)),
            0.01 * static_cast<double>(value)
        ) << value;
    }
}

TEST(LogHistogramTest, QuantilesAreWithinOnePercentOfTheSortedValues) {
    std::vector<std::int64_t> values = Latencies(20'000, 7);
    LogHistogram histogram;
    for (const std::int64_t value : values) {
        histogram.Add(value);
    }
    std::sort(values.begin(), values.end());
    for (const double quantile : {0.0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        const auto rank = static_cast<std::size_t>(
            std::max(1.0, std::ceil(quantile * static_cast<double>(values.size())))
        );
        const auto exact = static_cast<double>(values[rank - 1]);
        EXPECT_NEAR(histogram.Quantile(quantile).value_or(0), exact, 0.0101 * exact) << quantile;
    }
}

TEST(LogHistogramTest, MergedIsAsIfAllHadBeenAddedToOne) {
    LogHistogram whole;
    LogHistogram parts[3];
    const std::vector<std::int64_t> values = Latencies(3'000, 8);
    for (std::size_t i = 0; i < values.size(); ++i) {
        whole.Add(values[i]);
        parts[i % 3].Add(values[i]);
    }
    parts[0].Merge(parts[1]);
    parts[0].Merge(parts[2]);
    ASSERT_EQ(parts[0].Buckets().size(), whole.Buckets().size());
    for (std::size_t i = 0; i < whole.Buckets().size(); ++i) {
        EXPECT_EQ(parts[0].Buckets()[i].bucket, whole.Buckets()[i].bucket);
        EXPECT_EQ(parts[0].Buckets()[i].count, whole.Buckets()[i].count);
    }
}

TEST(LogHistogramTest, KnowsNoQuantileOfNothingAndTakesAnyNumber) {
    LogHistogram histogram;
    EXPECT_FALSE(histogram.Quantile(0.5).has_value());
    histogram.Add(-5);
    histogram.Add(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(histogram.Count(), 2U);
    EXPECT_EQ(histogram.Buckets().back().bucket, kLogBuckets - 1);
    histogram.Clear();
    EXPECT_EQ(histogram.Count(), 0U);
}

TEST(HeavyHittersTest, KeepsWhateverIsMoreFrequentThanItsShareAndNeverCountsTooLow) {
    std::mt19937_64 random(11);
    HeavyHitters hitters(100);
    std::unordered_map<std::string, std::uint64_t> truth;
    constexpr std::uint64_t kTotal = 50'000;
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    for (std::uint64_t i = 0; i < kTotal; ++i) {
        // Few names often, very many once or twice.
        const auto name = std::to_string(static_cast<int>(1.0 / (unit(random) + 1e-5)));
        ++truth[name];
        hitters.Add(name);
    }
    const std::vector<HeavyHitters::Hitter> top = hitters.Top(100);
    EXPECT_EQ(top.size(), 100U);
    for (const auto& [name, count] : truth) {
        const auto found = std::find_if(top.begin(), top.end(), [&](const auto& hitter) {
            return hitter.name == name;
        });
        if (count > kTotal / 100) {
            ASSERT_NE(found, top.end()) << name;
        }
        if (found != top.end()) {
            EXPECT_GE(found->count, count);
            EXPECT_LE(found->count - found->error, count);
        }
    }
}

TEST(HeavyHittersTest, ForgetsARemovedNameAndHalvesTheRest) {
    HeavyHitters hitters(2);
    hitters.Add("a", 10);
    hitters.Add("b", 4);
    hitters.Halve();
    EXPECT_EQ(hitters.Top(1)[0].count, 5U);
    hitters.Remove("a");
    hitters.Remove("nobody");
    ASSERT_EQ(hitters.size(), 1U);
    EXPECT_EQ(hitters.Top(5)[0].name, "b");
    EXPECT_EQ(hitters.Add("c").error, 0U);
    EXPECT_EQ(hitters.Add("d").error, 1U);
}

}  // namespace
}  // namespace sightglass::sketch
