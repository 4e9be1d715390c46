#include "access/series_table.h"

#include <array>
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::access {
namespace {

const Moment kNow{TimeFromMicros(1'763'775'464'000'000), 5'000};

LimitValues Requests(std::int64_t most) {
    LimitValues values;
    values[Quantity::kRequestsPerMinute] = most;
    return values;
}

bool TryTake(LimitSeries& series, std::int64_t most) {
    Taken taken;
    return !series.TryTake(Requests(most), {.now = kNow}, taken).has_value();
}

TEST(SeriesTableTest, ASubjectKeepsItsSeries) {
    SeriesTable table;
    LimitSeries& first = table.Find(1, "alice", "user=alice", kNow);
    EXPECT_EQ(&table.Find(1, "alice", "user=alice", kNow), &first);
    EXPECT_NE(&table.Find(1, "bob", "user=bob", kNow), &first);
    EXPECT_NE(&table.Find(2, "alice", "user=alice", kNow), &first);
    std::set<std::string> labels;
    table.ForEach([&](std::uint64_t rule, const std::string& label, LimitSeries&) {
        labels.insert(std::to_string(rule) + " " + label);
    });
    EXPECT_EQ(labels, (std::set<std::string>{"1 user=alice", "1 user=bob", "2 user=alice"}));
}

TEST(SeriesTableTest, ALongLabelIsCut) {
    SeriesTable table;
    table.Find(1, "x", std::string(1'000, 'x'), kNow);
    table.ForEach([](std::uint64_t, const std::string& label, LimitSeries&) {
        EXPECT_EQ(label, std::string(SeriesTable::kLabelBytesMax, 'x'));
    });
}

TEST(SeriesTableTest, MadeUpSubjectsTakeNoMoreThanTheirBound) {
    SeriesTable table;
    constexpr std::size_t kSubjects = 3 * SeriesTable::kSets * SeriesTable::kPlaces;
    for (std::size_t i = 0; i < kSubjects; ++i) {
        table.Find(1, std::to_string(i), "", kNow);
    }
    std::size_t count = 0;
    table.ForEach([&count](std::uint64_t, const std::string&, LimitSeries&) { ++count; });
    EXPECT_LE(count, SeriesTable::kSets * SeriesTable::kPlaces);
    EXPECT_LE(SeriesTable::SetBytes() * SeriesTable::kSets, std::size_t{64} << 20);
}

/// The series of a busy subject survives any number of others that come once.
TEST(SeriesTableTest, TheBusyOnesStay) {
    SeriesTable table;
    constexpr std::int64_t kLimit = 100;
    LimitSeries& busy = table.Find(1, "busy", "", kNow);
    for (int i = 0; i < kLimit; ++i) {
        ASSERT_TRUE(TryTake(busy, kLimit));
    }
    for (std::size_t i = 0; i < 2 * SeriesTable::kSets * SeriesTable::kPlaces; ++i) {
        TryTake(table.Find(1, std::to_string(i), "", kNow), kLimit);
    }
    EXPECT_EQ(&table.Find(1, "busy", "", kNow), &busy);
    EXPECT_FALSE(TryTake(busy, kLimit));
}

/// Whoever lost its place to others cannot take more than the limit by coming back.
TEST(SeriesTableTest, NobodyGetsMoreThanTheLimitByBeingForgotten) {
    SeriesTable table;
    constexpr std::int64_t kLimit = 3;
    constexpr std::size_t kSubjects = 2 * SeriesTable::kSets * SeriesTable::kPlaces;
    std::vector<int> taken(kSubjects);
    for (int round = 0; round < 5; ++round) {
        for (std::size_t i = 0; i < kSubjects; ++i) {
            taken[i] += TryTake(table.Find(1, std::to_string(i), "", kNow), kLimit) ? 1 : 0;
        }
    }
    for (const int count : taken) {
        ASSERT_LE(count, kLimit);
    }
}

/// However crowded the sets and whatever runs in them: what was spent is never forgotten.
TEST(SeriesTableTest, WhoeverComesBackHasSpentNoLessThanItDid) {
    SeriesTable table;
    constexpr std::size_t kSpenders = 1'000;
    for (std::size_t i = 0; i < kSpenders; ++i) {
        table.Find(1, "spender" + std::to_string(i), "", kNow)
            .AddCost(kNow.wall, static_cast<std::int64_t>(i + 1));
    }
    LimitValues few;
    few[Quantity::kConcurrent] = 1'000'000;
    few[Quantity::kRequestsPerMinute] = 1'000'000;
    for (std::size_t i = 0; i < 3 * SeriesTable::kSets * SeriesTable::kPlaces; ++i) {
        LimitSeries& other = table.Find(1, std::to_string(i), "", kNow);
        Taken taken;
        EXPECT_FALSE(other.TryTake(few, {.now = kNow}, taken).has_value());
        other.AddCost(kNow.wall, 1);
    }
    for (std::size_t i = 0; i < kSpenders; ++i) {
        LimitSeries& spender = table.Find(1, "spender" + std::to_string(i), "", kNow);
        ASSERT_GE(spender.Used(Quantity::kUsdPerMonth, kNow), static_cast<std::int64_t>(i + 1));
    }
}

/// A minute's counts may be lost to others, but only so far: eight limits for all of a set.
TEST(SeriesTableTest, AllSubjectsTogetherGetAtMostALimitForEachPlace) {
    SeriesTable table;
    constexpr std::size_t kBound = SeriesTable::kSets * SeriesTable::kPlaces;
    std::size_t taken = 0;
    Moment now = kNow;
    for (std::size_t i = 0; i < 4 * kBound; ++i) {
        now.second = kNow.second + static_cast<std::int64_t>(i * 60 / (4 * kBound));
        Taken part;
        LimitSeries& series = table.Find(1, std::to_string(i % (2 * kBound)), "", now);
        taken += series.TryTake(Requests(1), {.now = now}, part) ? 0 : 1;
    }
    EXPECT_LE(taken, kBound);
    EXPECT_GT(taken, kBound / 2);
}

/// One of each of so many subjects, of which each may have five.
int TakeOfEach(SeriesTable& table, int subjects) {
    int taken = 0;
    for (int i = 0; i < subjects; ++i) {
        const std::string subject = std::to_string(i);
        taken += TryTake(table.Find(1, subject, subject, kNow), 5) ? 1 : 0;
    }
    return taken;
}

TEST(SeriesTableTest, ThreadsThatMeetANewSubjectShareItsSeries) {
    SeriesTable table;
    std::atomic<int> taken = 0;
    {
        std::array<std::jthread, 8> threads;
        for (std::jthread& thread : threads) {
            thread = std::jthread([&] { taken += TakeOfEach(table, 2'000); });
        }
    }
    EXPECT_EQ(taken.load(), 2'000 * 5);
}

}  // namespace
}  // namespace sightglass::access
