#include "pipeline/number_table.h"

#include <random>
#include <unordered_map>

#include <gtest/gtest.h>

namespace sightglass::pipeline {
namespace {

TEST(NumberTableTest, IsEmptyAtFirst) {
    NumberTable table;
    EXPECT_EQ(table.Get(1), 0U);
    table.Erase(1);
    EXPECT_EQ(table.size(), 0U);
}

TEST(NumberTableTest, TellsWhatAKeyHadBefore) {
    NumberTable table;
    EXPECT_EQ(table.Set(0, 7), 0U);
    EXPECT_EQ(table.Set(0, 8), 7U);
    EXPECT_EQ(table.Get(0), 8U);
    EXPECT_EQ(table.size(), 1U);
}

/// Keys of few values in their lower bits, so that they stand in each other's way, also around the end.
TEST(NumberTableTest, DoesWhatTheStandardLibrarysDoes) {
    std::mt19937_64 random(20261122);
    NumberTable table;
    std::unordered_map<std::uint64_t, std::uint64_t> reference;
    for (std::uint64_t step = 1; step <= 200'000; ++step) {
        const std::uint64_t key = (random() % 40) << 40 | (random() % 8 + 60) % 64;
        if (random() % 2 == 0) {
            const auto known = reference.find(key);
            const std::uint64_t before = known == reference.end() ? 0 : known->second;
            ASSERT_EQ(table.Set(key, step), before);
            reference[key] = step;
        } else {
            table.Erase(key);
            reference.erase(key);
        }
        ASSERT_EQ(table.size(), reference.size());
    }
    for (std::uint64_t high = 0; high < 40; ++high) {
        for (std::uint64_t low = 0; low < 64; ++low) {
            const auto known = reference.find(high << 40 | low);
            EXPECT_EQ(table.Get(high << 40 | low), known == reference.end() ? 0 : known->second);
        }
    }
}

}  // namespace
}  // namespace sightglass::pipeline
