#include "prices/unit.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace sightglass::prices {
namespace {

const Unit& Named(std::string_view name) {
    return Units()[FindUnit(name).value()];
}

TEST(UnitTest, EachHasNamesOfItsOwnAndAKindOfItsOwn) {
    std::set<std::string_view> names;
    std::set<std::string_view> prices;
    std::set<std::string_view> kinds;
    for (const Unit& unit : Units()) {
        EXPECT_TRUE(names.insert(unit.name).second) << unit.name;
        EXPECT_TRUE(prices.insert(unit.price_name).second) << unit.price_name;
        EXPECT_TRUE(kinds.insert(unit.kind).second) << unit.name;
        EXPECT_EQ(unit.kind.size(), 6U) << unit.name;
    }
    EXPECT_FALSE(FindUnit("").has_value());
    EXPECT_FALSE(FindUnitOfPrice("input_tokens").has_value());
}

TEST(UnitTest, TheGeneralHoldsTheSpecial) {
    EXPECT_TRUE(Holds(Named("input_tokens"), Named("cache_read_tokens")));
    EXPECT_TRUE(Holds(Named("input_tokens"), Named("cache_audio_read_tokens")));
    EXPECT_TRUE(Holds(Named("cache_read_tokens"), Named("cache_audio_read_tokens")));
    EXPECT_TRUE(Holds(Named("cache_write_tokens"), Named("cache_write_1h_tokens")));
    EXPECT_TRUE(Holds(Named("audio_seconds"), Named("input_audio_seconds")));
    EXPECT_FALSE(Holds(Named("cache_read_tokens"), Named("cache_write_tokens")));
    EXPECT_FALSE(Holds(Named("input_tokens"), Named("output_reasoning_tokens")));
    EXPECT_FALSE(Holds(Named("input_tokens"), Named("input_tokens")));
    EXPECT_FALSE(Holds(Named("cache_read_tokens"), Named("input_tokens")));
}

TEST(UnitTest, EachBelongsToAPartOfTheCost) {
    EXPECT_EQ(PartOf(Named("input_audio_tokens")), Part::kInput);
    EXPECT_EQ(PartOf(Named("cache_audio_read_tokens")), Part::kCached);
    EXPECT_EQ(PartOf(Named("cache_write_1h_tokens")), Part::kCacheWrite);
    EXPECT_EQ(PartOf(Named("output_reasoning_tokens")), Part::kOutput);
    EXPECT_EQ(PartOf(Named("web_searches")), Part::kOther);
    EXPECT_EQ(PartOf(Named("requests")), Part::kOther);
}

}  // namespace
}  // namespace sightglass::prices
