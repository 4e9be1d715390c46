#include "pipeline/backlog.h"

#include <gtest/gtest.h>

namespace sightglass::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class BacklogTest : public ::testing::Test {
protected:
    Backlog::Age AgeAt(Backlog::Age since_start, std::uint64_t appended, std::uint64_t waiting) {
        return backlog_.AgeAt(kStart + since_start, appended, waiting);
    }

    static constexpr Backlog::SteadyTime kStart{std::chrono::hours(1)};

    Backlog backlog_;
};

TEST_F(BacklogTest, IsNothingWhereNothingWaits) {
    EXPECT_EQ(AgeAt(seconds(0), 0, 0).count(), 0);
    EXPECT_EQ(AgeAt(seconds(1), 5'000, 0).count(), 0);
}

TEST_F(BacklogTest, CountsFromWhenNothingWaited) {
    AgeAt(seconds(0), 0, 0);
    AgeAt(seconds(1), 0, 0);
    EXPECT_EQ(AgeAt(seconds(2), 100, 100), seconds(1));
    EXPECT_EQ(AgeAt(seconds(7), 100, 100), seconds(6));
    EXPECT_EQ(AgeAt(seconds(8), 100, 0).count(), 0);
}

TEST_F(BacklogTest, CountsWhatAnEarlierProcessLeftFromTheFirstLookOn) {
    EXPECT_EQ(AgeAt(seconds(0), 10, 5'000).count(), 0);
    EXPECT_EQ(AgeAt(seconds(3), 40, 5'030), seconds(3));
    EXPECT_LE(AgeAt(seconds(4), 40, 20), seconds(4));
    EXPECT_EQ(AgeAt(seconds(5), 40, 0).count(), 0);
}

TEST_F(BacklogTest, IsAsOldAsTheOldestAndNotAsTheWholeBacklog) {
    // A hundred bytes a second; what waits is always that of the last five seconds.
    for (std::uint64_t second = 0; second <= 600; ++second) {
        const Backlog::Age age =
            AgeAt(seconds(second), 100 * second, 100 * std::min<std::uint64_t>(second, 5));
        EXPECT_EQ(age, seconds(std::min<std::uint64_t>(second, 5)));
    }
}

TEST_F(BacklogTest, StaysExactEnoughWhereTheBacklogGrowsForHours) {
    AgeAt(seconds(0), 0, 0);
    for (std::int64_t ms = 100; ms <= 10'000'000; ms += 100) {
        const auto bytes = static_cast<std::uint64_t>(ms);
        const Backlog::Age age = AgeAt(milliseconds(ms), bytes, bytes - bytes / 4);
        EXPECT_GE(age, milliseconds(ms - ms / 4));
        EXPECT_LE(age, milliseconds(ms - ms / 4) + milliseconds(ms / 50 + 200));
    }
}

}  // namespace
}  // namespace sightglass::pipeline
