#include "capture/files/cell_value.h"

#include <gtest/gtest.h>

namespace sightglass::capture::files {
namespace {

Cell Text(std::string_view text) {
    return {CellKind::kText, text, {}};
}

std::int64_t MicrosOf(std::string_view text) {
    const auto time = TimeOf(Text(text));
    return time ? ToMicros(*time) : -1;
}

TEST(CellValueTest, TimesAreReadInTheSpellingsThatFilesHave) {
    // Expected values: Python's datetime.
    EXPECT_EQ(MicrosOf("2023-11-16 18:15:46.6805900"), 1'700'158'546'680'590);
    EXPECT_EQ(MicrosOf("2024-05-10 00:00:00.009930+00:00"), 1'715'299'200'009'930);
    EXPECT_EQ(MicrosOf("2026-11-22T08:18:42Z"), 1'795'335'522'000'000);
    EXPECT_EQ(MicrosOf("2026-11-22T09:18:42+01:00"), 1'795'335'522'000'000);
    EXPECT_EQ(MicrosOf("22/Nov/2026:08:18:42 +0000"), 1'795'335'522'000'000);
    EXPECT_EQ(MicrosOf("22/Nov/2026:00:18:42 -0800"), 1'795'335'522'000'000);
    EXPECT_EQ(MicrosOf("2026-11-22"), 1'795'305'600'000'000);
    EXPECT_EQ(MicrosOf("1795335522"), 1'795'335'522'000'000);
    EXPECT_EQ(MicrosOf("1795335522.5"), 1'795'335'522'500'000);
    EXPECT_EQ(MicrosOf("1795335522123"), 1'795'335'522'123'000);
    EXPECT_EQ(MicrosOf("1795335522123456"), 1'795'335'522'123'456);
    EXPECT_EQ(MicrosOf("1795335522123456789"), 1'795'335'522'123'457);
    EXPECT_EQ(MicrosOf("1.795335522e9"), 1'795'335'522'000'000);
}

TEST(CellValueTest, WhatIsNoTimeIsNone) {
    for (const char* text :
         {"",
          "soon",
          "2026-13-01",
          "2026-02-30",
          "2026-11-22T25:00:00Z",
          "2026-11-22T08:18:42+99:00",
          "5",
          "118",
          "99999999",
          "-1795335522",
          "22/Foo/2026:08:18:42 +0000",
          "99999999999999999999",
          "2026-11-22X08:18:42",
          "1e300"}) {
        EXPECT_EQ(TimeOf(Text(text)), std::nullopt) << text;
    }
}

TEST(CellValueTest, MoneyIsReadToTheNanoDollar) {
    EXPECT_EQ(UsdOf(Text("0.000123456789"))->nano_usd(), 123'457);
    EXPECT_EQ(UsdOf(Text("1.2e-05"))->nano_usd(), 12'000);
    EXPECT_EQ(UsdOf(Text("$12.50"))->nano_usd(), 12'500'000'000);
    EXPECT_EQ(UsdOf(Text("0.1"))->nano_usd(), 100'000'000);
    EXPECT_EQ(UsdOf(Text("1e20")), std::nullopt);
    EXPECT_EQ(UsdOf(Text("a dollar")), std::nullopt);
    EXPECT_EQ(UsdOf(Text("0.00000000000000000000000000000000000000000000000001"))->nano_usd(), 0);
}

TEST(CellValueTest, ANumberWithAFractionIsNoCount) {
    EXPECT_EQ(IntOf(Text("10")), 10);
    EXPECT_EQ(IntOf(Text("10.0")), 10);
    EXPECT_EQ(IntOf(Text("1e3")), 1'000);
    EXPECT_EQ(IntOf(Text("10.5")), std::nullopt);
    EXPECT_EQ(IntOf(Text("NaN")), std::nullopt);
    EXPECT_EQ(IntOf(Text("99999999999999999999")), std::nullopt);
    EXPECT_EQ(IntOf(Text("")), std::nullopt);
}

}  // namespace
}  // namespace sightglass::capture::files
