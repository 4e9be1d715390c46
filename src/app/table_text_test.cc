#include "app/table_text.h"

#include <gtest/gtest.h>

namespace sightglass::app {
namespace {

TEST(TableTextTest, NumbersLoseTheirTrailingZeros) {
    EXPECT_EQ(FormatNumber(12, 0), "12");
    EXPECT_EQ(FormatNumber(12.5, 3), "12.5");
    EXPECT_EQ(FormatNumber(12, 3), "12");
}

TEST(TableTextTest, AnAmountThatIsNotZeroDoesNotLookLikeZero) {
    EXPECT_EQ(FormatAmount(0), "0");
    EXPECT_EQ(FormatAmount(1.5), "1.5");
    EXPECT_EQ(FormatAmount(1234.567891), "1234.567891");
    EXPECT_EQ(FormatAmount(0.0000015), "0.0000015");
    EXPECT_EQ(FormatAmount(0.000000001), "0.000000001");
    EXPECT_EQ(FormatAmount(-0.00000012345), "-0.000000123");
    EXPECT_EQ(FormatAmount(0.00012345678), "0.000123");
}

}  // namespace
}  // namespace sightglass::app
