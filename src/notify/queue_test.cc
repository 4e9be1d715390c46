#include "notify/queue.h"

#include <gtest/gtest.h>

namespace sightglass::notify {
namespace {

using std::chrono::seconds;

const SteadyTime kStart{std::chrono::hours(5)};

TEST(QueueTest, OneThatWaitsHoldsBackOnlyItsOwnAlert) {
    Queue queue;
    queue.Put({.id = 1, .keys = {7}});
    queue.Put({.id = 2, .keys = {7, 8}});
    queue.Put({.id = 3, .keys = {8}});
    queue.Put({.id = 4, .keys = {9}});
    EXPECT_EQ(queue.Take(kStart, 100), 1);
    EXPECT_EQ(queue.Take(kStart, 100), std::nullopt) << "one at a time";
    queue.PutBack(1, kStart + seconds(10));
    EXPECT_EQ(queue.Take(kStart, 100), 4);
    queue.Remove(4);
    EXPECT_EQ(queue.Take(kStart, 100), std::nullopt) << "2 is held by 1, and 3 by 2";
    EXPECT_EQ(queue.Next(kStart, 100), kStart + seconds(10));
    EXPECT_EQ(queue.Take(kStart + seconds(10), 100), 1);
}

TEST(QueueTest, NoMinuteHasMoreThanTheRate) {
    Queue queue;
    for (std::int64_t id = 1; id <= 5; ++id) {
        queue.Put({.id = id, .keys = {static_cast<std::size_t>(id)}});
    }
    for (std::int64_t id = 1; id <= 2; ++id) {
        EXPECT_EQ(queue.Take(kStart + seconds(id), 2), id);
        queue.Remove(id);
    }
    EXPECT_EQ(queue.Take(kStart + seconds(3), 2), std::nullopt);
    EXPECT_EQ(queue.Next(kStart + seconds(3), 2), kStart + seconds(61));
    EXPECT_EQ(queue.Take(kStart + seconds(61), 2), 3);
}

TEST(QueueTest, NothingGoesOutDuringAPause) {
    Queue queue;
    queue.Put({.id = 1});
    queue.Pause(kStart + seconds(5));
    EXPECT_EQ(queue.Take(kStart, 10), std::nullopt);
    EXPECT_EQ(queue.Next(kStart, 10), kStart + seconds(5));
    EXPECT_EQ(queue.Take(kStart + seconds(5), 10), 1);
}

}  // namespace
}  // namespace sightglass::notify
