#include "base/time.h"

#include <gtest/gtest.h>

namespace sightglass {
namespace {

constexpr Time kNow = TimeFromMicros(1'763'775'464'123'456);  // 2025-11-22T01:37:44.123456Z

TEST(TimeTest, FormatsWithAFractionOnlyWhereThereIsOne) {
    EXPECT_EQ(FormatTime(kNow), "2025-11-22T01:37:44.123456Z");
    EXPECT_EQ(FormatTime(TimeFromMicros(0)), "1970-01-01T00:00:00Z");
}

TEST(TimeTest, ReadsBackWhatItFormats) {
    for (const std::int64_t us : {0LL, 1LL, 951'782'400'000'000LL, 1'763'775'464'123'456LL}) {
        const auto time = ParseTime(FormatTime(TimeFromMicros(us)), kNow);
        ASSERT_TRUE(time.Ok());
        EXPECT_EQ(ToMicros(*time), us);
    }
}

TEST(TimeTest, ReadsOffsetsDaysSecondsAndRelativeTimes) {
    const auto micros = [](std::string_view text) {
        return ToMicros(ParseTime(text, kNow).value());
    };
    EXPECT_EQ(micros("1970-01-01T01:00:00+01:00"), 0);
    EXPECT_EQ(micros("1969-12-31 23:30:00-0030"), 0);
    EXPECT_EQ(micros("1970-01-02"), 86'400'000'000);
    EXPECT_EQ(micros("12.5"), 12'500'000);
    EXPECT_EQ(micros("now"), ToMicros(kNow));
    EXPECT_EQ(micros("-1h30m"), ToMicros(kNow) - 5'400'000'000);
}

TEST(TimeTest, RefusesWhatIsNoTimeAndSaysWhatIsAllowed) {
    for (const char* text :
         {"",
          "yesterday",
          "2025-02-30",
          "2025-11-22T25:00:00Z",
          "2025-11-22T10:00:00Zjunk",
          "-5",
          "-h",
          "1e99"}) {
        const auto time = ParseTime(text, kNow);
        ASSERT_FALSE(time.Ok()) << text;
        EXPECT_EQ(time.error().code, ErrorCode::kInvalidArgument);
        EXPECT_NE(time.error().message.find("allowed"), std::string::npos);
    }
}

TEST(DurationTest, ReadsUnitsAndSums) {
    EXPECT_EQ(ParseDuration("250ms")->count(), 250'000);
    EXPECT_EQ(ParseDuration("1h30m")->count(), 5'400'000'000);
    EXPECT_EQ(ParseDuration("1.5s")->count(), 1'500'000);
    EXPECT_EQ(ParseDuration("1w")->count(), 604'800'000'000);
    EXPECT_EQ(ParseDuration("10us")->count(), 10);
}

TEST(DurationTest, RefusesUnitlessNegativeAndEndless) {
    for (const char* text : {"", "5", "ms", "-1s", "1x", "99999999w", "1h-5m"}) {
        EXPECT_FALSE(ParseDuration(text).Ok()) << text;
    }
}

TEST(DurationTest, FormatsTheShortestExactText) {
    EXPECT_EQ(FormatDuration(Duration(90'000'000)), "90s");
    EXPECT_EQ(FormatDuration(Duration(3'600'000'000)), "1h");
    EXPECT_EQ(FormatDuration(Duration(604'800'000'000)), "7d");
    EXPECT_EQ(FormatDuration(Duration(1'234)), "1234us");
    EXPECT_EQ(FormatDuration(Duration(0)), "0s");
}

}  // namespace
}  // namespace sightglass
