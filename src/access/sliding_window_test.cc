#include "access/sliding_window.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::access {
namespace {

constexpr std::int64_t kNow = 1'763'775'464;

TEST(SlidingWindowTest, LetsExactlyTheLimitThrough) {
    SlidingWindow window;
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(window.TryTake(kNow, 1, 10), kNow);
    }
    EXPECT_EQ(window.TryTake(kNow, 1, 10), -1);
    EXPECT_EQ(window.TryTake(kNow + 60, 1, 10), -1);
    EXPECT_EQ(window.TryTake(kNow + 61, 1, 10), kNow + 61);
    EXPECT_EQ(window.Used(kNow + 61), 1);
}

TEST(SlidingWindowTest, SaysWhenThereWillBeRoom) {
    SlidingWindow window;
    ASSERT_EQ(window.TryTake(kNow, 4, 10), kNow);
    ASSERT_EQ(window.TryTake(kNow + 30, 6, 10), kNow + 30);
    EXPECT_EQ(window.SecondsUntil(kNow + 31, 1, 10), 30);
    EXPECT_EQ(window.SecondsUntil(kNow + 31, 4, 10), 30);
    EXPECT_EQ(window.SecondsUntil(kNow + 31, 5, 10), 60);
    EXPECT_EQ(window.SecondsUntil(kNow + 31, 11, 10), 61);
    EXPECT_EQ(window.TryTake(kNow + 61, 4, 10), kNow + 61);
}

TEST(SlidingWindowTest, AnEstimateIsCorrectedWhereItWasMade) {
    SlidingWindow window;
    const std::int64_t second = window.TryTake(kNow, 1'000, 1'000);
    window.Correct(second, -900);
    EXPECT_EQ(window.Used(kNow + 10), 100);
    window.Correct(second, 50);
    EXPECT_EQ(window.Used(kNow + 10), 150);
    window.Correct(second, -10'000);
    EXPECT_EQ(window.Used(kNow + 10), 0);
    EXPECT_EQ(window.TryTake(kNow + 20, 1'000, 1'000), kNow + 20);
    window.Correct(kNow - 50, 700);
    EXPECT_EQ(window.Used(kNow + 20), 1'000);
}

TEST(SlidingWindowTest, WhatGrewOldIsNotCorrected) {
    SlidingWindow window;
    const std::int64_t second = window.TryTake(kNow, 100, 100);
    ASSERT_EQ(window.TryTake(kNow + 64, 30, 100), kNow + 64);
    window.Correct(second, -100);
    EXPECT_EQ(window.Used(kNow + 64), 30);
}

TEST(SlidingWindowTest, RemembersAnEarlierRunForItsMinute) {
    SlidingWindow window;
    window.Remember(kNow, kNow - 30, 5);
    window.Remember(kNow, kNow - 70, 5);
    window.Remember(kNow, kNow + 5, 5);
    EXPECT_EQ(window.Used(kNow), 5);
    EXPECT_EQ(window.Used(kNow + 31), 0);
}

TEST(SlidingWindowTest, AClockThatGoesBackGivesNothingAway) {
    SlidingWindow window;
    ASSERT_EQ(window.TryTake(kNow, 10, 10), kNow);
    EXPECT_EQ(window.TryTake(kNow - 1'000, 1, 10), -1);
    EXPECT_EQ(window.TryTake(kNow + 61, 1, 10), kNow + 61);
}

/// Against a list of everything that was taken.
TEST(SlidingWindowTest, AgreesWithALogOfWhatWasTaken) {
    std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): the same every time.
    SlidingWindow window;
    std::deque<std::pair<std::int64_t, std::int64_t>> taken;
    std::int64_t now = kNow;
    for (int step = 0; step < 20'000; ++step) {
        now += random() % 8 == 0 ? static_cast<std::int64_t>(random() % 90) : 0;
        while (!taken.empty() && taken.front().first < now - SlidingWindow::kSeconds) {
            taken.pop_front();
        }
        std::int64_t used = 0;
        for (const auto& [second, amount] : taken) {
            used += amount;
        }
        ASSERT_EQ(window.Used(now), used);
        const auto amount = static_cast<std::int64_t>(random() % 40);
        const bool fits = used + amount <= 100;
        ASSERT_EQ(window.TryTake(now, amount, 100), fits ? now : -1);
        if (fits) {
            taken.emplace_back(now, amount);
        }
    }
}

TEST(SlidingWindowTest, ManyThreadsTakeNoMoreThanTheLimit) {
    constexpr std::int64_t kLimit = 10'000;
    SlidingWindow window;
    std::atomic<std::int64_t> second = kNow;
    std::atomic<std::int64_t> taken = 0;
    std::array<std::jthread, 8> threads;
    for (std::jthread& thread : threads) {
        thread = std::jthread([&] {
            for (int n = 0; n < 5'000; ++n) {
                if (window.TryTake(second.load(), 1, kLimit) >= 0) {
                    taken.fetch_add(1);
                }
                if (n % 100 == 0) {
                    second.fetch_add(n % 1'000 == 0 ? 1 : 0);
                }
            }
        });
    }
    threads = {};
    EXPECT_EQ(taken.load(), kLimit);  // All within the 41 seconds that passed.
    EXPECT_EQ(window.Used(second.load()), kLimit);
    EXPECT_EQ(window.Used(second.load() + 61), 0);
}

}  // namespace
}  // namespace sightglass::access
