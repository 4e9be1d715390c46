#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

#include "sketch/distinct_count.h"
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

/// As SQL's quantile_cont has it.
double Between(const std::vector<std::int64_t>& sorted, double quantile) {
    const double place = quantile * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(place);
    const auto high = std::min(low + 1, sorted.size() - 1);
    return static_cast<double>(sorted[low]) +
           static_cast<double>(sorted[high] - sorted[low]) * (place - static_cast<double>(low));
}

TEST(LogHistogramTest, QuantilesBetweenValuesAreWithinOnePercentHoweverFewThereAre) {
    for (std::size_t count : {1U, 2U, 3U, 10U, 1'000U}) {
        std::vector<std::int64_t> values = Latencies(count, static_cast<unsigned>(count));
        LogHistogram histogram;
        for (const std::int64_t value : values) {
            histogram.Add(value);
        }
        std::sort(values.begin(), values.end());
        for (const double quantile : {0.0, 0.5, 0.9, 0.95, 0.99, 1.0}) {
            const double exact = Between(values, quantile);
            EXPECT_NEAR(histogram.QuantileBetween(quantile).value_or(0), exact, 0.0101 * exact);
        }
    }
}

TEST(LogHistogramTest, ComesBackFromItsBytesAndRefusesOthers) {
    LogHistogram histogram;
    for (const std::int64_t value : Latencies(2'000, 9)) {
        histogram.Add(value);
    }
    histogram.Add(1, 3'000'000'000U);
    LogHistogram twice;
    ASSERT_TRUE(twice.MergeEncoded(histogram.Encode()));
    EXPECT_EQ(twice.Encode(), histogram.Encode());
    EXPECT_EQ(twice.Count(), histogram.Count());
    EXPECT_TRUE(twice.MergeEncoded(""));
    for (const std::string_view broken : {"\x01", "\xff\xff\xff\xff\xff\xff\xff", "\xff\x7f\x01"}) {
        EXPECT_FALSE(LogHistogram().MergeEncoded(broken));
    }
}

TEST(DistinctCountTest, IsExactWhileFewAndWithinItsErrorBeyond) {
    for (std::uint64_t count : {0U, 1U, 200U, 512U, 513U, 3'000U, 12'000U, 50'000U, 400'000U}) {
        DistinctCount distinct;
        for (std::uint64_t i = 0; i < count; ++i) {
            distinct.Add(DistinctHash("user-" + std::to_string(i)));
            distinct.Add(DistinctHash("user-" + std::to_string(i / 2)));
        }
        const double slack = count <= DistinctCount::kExactMax
                                 ? 0
                                 : 3 * DistinctCount::kStandardError * static_cast<double>(count);
        EXPECT_NEAR(static_cast<double>(distinct.Count()), static_cast<double>(count), slack);
    }
}

TEST(DistinctCountTest, PartsMergeIntoTheWholeInAnyForm) {
    for (const int each : {100, 300, 5'000}) {
        DistinctCount whole;
        DistinctCount merged;
        for (int part = 0; part < 4; ++part) {
            DistinctCount one;
            for (int i = 0; i < each; ++i) {
                const auto hash = DistinctHash(std::to_string(part * each / 2 + i));
                whole.Add(hash);
                one.Add(hash);
            }
            if (part % 2 == 0) {
                merged.Merge(one);
            } else {
                ASSERT_TRUE(merged.MergeEncoded(one.Encode()));
            }
        }
        EXPECT_EQ(merged.Count(), whole.Count());
        EXPECT_EQ(merged.Encode(), whole.Encode());
    }
    EXPECT_FALSE(
        DistinctCount().MergeEncoded("\x01"
                                     "abc")
    );
    EXPECT_FALSE(
        DistinctCount().MergeEncoded("\x02"
                                     "abc")
    );
    EXPECT_FALSE(DistinctCount().MergeEncoded("\x07"));
}

}  // namespace
}  // namespace sightglass::sketch
