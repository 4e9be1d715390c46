#include "analytics/peak_hours.h"

#include <gtest/gtest.h>

#include "analytics/analysis_fixture.h"
#include "analytics/clock_grid.h"

namespace sightglass::analytics {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class PeakHoursTest : public AnalysisTest {
protected:
    PeakHours Ask(PeakText text, Time from, Time to) {
        text.from = FormatTime(from);
        text.to = FormatTime(to);
        const auto question = ParsePeaks(text, to);
        EXPECT_TRUE(question.Ok()) << question.error().message;
        auto answer = FindPeaks(*question, Store());
        EXPECT_TRUE(answer.Ok()) << answer.error().message;
        return std::move(*answer);
    }

    /// Four calls on each of two Mondays at 9:30 UTC, two on the first Tuesday at 0:05.
    void PutCalls() {
        for (const int week : {0, 1}) {
            for (int i = 0; i < 4; ++i) {
                Put(MakeCall(kMonday + week * 7 * kOneDay + hours(9) + minutes(30), "s", "m"));
            }
        }
        for (int i = 0; i < 2; ++i) {
            Put(MakeCall(kMonday + kOneDay + minutes(5), "s", "m"));
        }
    }

    static const PeakCell& At(const PeakHours& answer, int weekday, int hour) {
        return answer.cells[static_cast<std::size_t>(weekday * kHours + hour)];
    }
};

TEST_F(PeakHoursTest, IsTheMeanOfAllSuchHours) {
    PutCalls();
    const PeakHours answer = Ask({}, kMonday, kMonday + 14 * kOneDay);
    EXPECT_TRUE(answer.per_hour);
    EXPECT_EQ(At(answer, 0, 9).value, 4);
    EXPECT_EQ(At(answer, 0, 9).hours, 2);
    EXPECT_EQ(At(answer, 1, 0).value, 1);
    EXPECT_EQ(At(answer, 6, 23).value, 0);
    EXPECT_NEAR(*answer.mean, 10.0 / (14 * 24), 1e-12);
    ASSERT_EQ(answer.busiest.size(), 5U);
    EXPECT_EQ(answer.busiest.front().weekday, 0);
    EXPECT_EQ(answer.busiest.front().hour, 9);
}

TEST_F(PeakHoursTest, FollowsTheClockOfWhoAsks) {
    PutCalls();
    const PeakHours india = Ask({.utc_offset_minutes = "330"}, kMonday, kMonday + 14 * kOneDay);
    EXPECT_EQ(At(india, 0, 15).value, 4);
    EXPECT_EQ(At(india, 1, 5).value, 1);
    const PeakHours new_york = Ask({.utc_offset_minutes = "-300"}, kMonday, kMonday + 14 * kOneDay);
    EXPECT_EQ(At(new_york, 0, 4).value, 4);
    EXPECT_EQ(At(new_york, 0, 19).value, 1);
}

TEST_F(PeakHoursTest, WeighsRatiosByTheirCalls) {
    PutCalls();
    batch_.calls.front().status = CallStatus::kError;
    const PeakHours answer = Ask({.metric = "error_rate"}, kMonday, kMonday + 14 * kOneDay);
    EXPECT_FALSE(answer.per_hour);
    EXPECT_EQ(At(answer, 0, 9).value, 0.125);
    EXPECT_FALSE(At(answer, 3, 3).value.has_value());
    EXPECT_EQ(answer.mean, 0.1);
}

TEST_F(PeakHoursTest, KnowsOnlyHoursOfTheRange) {
    PutCalls();
    const PeakHours answer = Ask({}, kMonday + hours(9), kMonday + hours(9) + minutes(45));
    EXPECT_EQ(At(answer, 0, 9).hours, 0.75);
    EXPECT_NEAR(*At(answer, 0, 9).value, 4 / 0.75, 1e-12);
    EXPECT_FALSE(At(answer, 0, 10).value.has_value());
}

TEST_F(PeakHoursTest, RefusesWhatHasNoSum) {
    EXPECT_FALSE(ParsePeaks({.metric = "latency_p95_ms"}, kMonday).Ok());
    EXPECT_FALSE(ParsePeaks({.metric = "users"}, kMonday).Ok());
    EXPECT_FALSE(ParsePeaks({.from = "-500d"}, kMonday).Ok());
    EXPECT_FALSE(ParsePeaks({.utc_offset_minutes = "7"}, kMonday).Ok());
    EXPECT_FALSE(ParsePeaks({.utc_offset_minutes = "855"}, kMonday).Ok());
}

TEST(ClockGridTest, KnowsMonthsAndDaysOfAnotherClock) {
    const Time end_of_september = kMonday + 9 * kOneDay + hours(23);  // The 30th, 23:00 UTC.
    EXPECT_EQ(FormatTime(MonthStart(end_of_september, hours(0))), "2026-09-01T00:00:00Z");
    EXPECT_EQ(FormatTime(NextMonthStart(end_of_september, hours(0))), "2026-10-01T00:00:00Z");
    EXPECT_EQ(FormatTime(MonthStart(end_of_september, hours(2))), "2026-09-30T22:00:00Z");
    EXPECT_EQ(WeekdayOf(end_of_september, hours(0)), 2);
    EXPECT_EQ(WeekdayOf(end_of_september, hours(2)), 3);
    EXPECT_EQ(HourOf(end_of_september, hours(2)), 1);
}

}  // namespace
}  // namespace sightglass::analytics
