#include "app/csv_text.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sightglass::app {
namespace {

TEST(CsvTextTest, QuotesWhatNeedsIt) {
    EXPECT_EQ(CsvLine({"a", "b,c", "d\"e", "f\ng"}), "a,\"b,c\",\"d\"\"e\",\"f\ng\"\r\n");
}

TEST(CsvTextTest, LeavesNoFormula) {
    EXPECT_EQ(CsvLine({"=1+1", "@x", "+x", "-x"}), "'=1+1,'@x,'+x,'-x\r\n");
    EXPECT_EQ(CsvLine({"-1.5", "-"}), "-1.5,-\r\n");
}

TEST(CsvTextTest, MakesUnknownCellsEmpty) {
    EXPECT_EQ(FormatCsv({{"name"}, {"usd", true}}, {{"a", "-"}}), "name,usd\r\na,\r\n");
}

TEST(SparklineTest, IsAsHighAsItsValues) {
    EXPECT_EQ(Sparkline({0, 5, 10}), "\xe2\x96\x81\xe2\x96\x85\xe2\x96\x88");
    EXPECT_EQ(Sparkline({0, 0}), "\xe2\x96\x81\xe2\x96\x81");
    EXPECT_EQ(Sparkline({std::nan(""), 1}), " \xe2\x96\x88");
    EXPECT_EQ(Sparkline({}), "");
}

}  // namespace
}  // namespace sightglass::app
