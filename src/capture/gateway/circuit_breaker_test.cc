#include "capture/gateway/circuit_breaker.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

using Entry = CircuitBreaker::Entry;
using State = CircuitBreaker::State;

class CircuitBreakerTest : public ::testing::Test {
protected:
    static constexpr std::int64_t kSecond = 1'000'000;

    CircuitBreakerTest() {
        settings.failures = 3;
        settings.failure_percent = 50;
        settings.calls_min = 10;
        settings.open = std::chrono::seconds(5);
        settings.open_max = std::chrono::seconds(15);
    }

    void Fail(int times = 1, Entry entry = Entry::kNormal) {
        for (int i = 0; i < times; ++i) {
            breaker.Failed(entry, now, settings);
        }
    }

    void FailedProbe() {
        ASSERT_EQ(breaker.Look(now), State::kHalfOpen);
        ASSERT_TRUE(breaker.TakeProbe(now));
        Fail(1, Entry::kProbe);
    }

    BreakerSettings settings;
    CircuitBreaker breaker;
    std::int64_t now = 100 * kSecond;
};

TEST_F(CircuitBreakerTest, OpensAfterSoManyFailuresInARow) {
    Fail(2);
    EXPECT_EQ(breaker.Look(now), State::kClosed);
    Fail();
    EXPECT_EQ(breaker.Look(now), State::kOpen);
    EXPECT_EQ(breaker.Look(now + 5 * kSecond - 1), State::kOpen);
    EXPECT_EQ(breaker.Look(now + 5 * kSecond), State::kHalfOpen);
}

TEST_F(CircuitBreakerTest, ASuccessBetweenFailuresStartsTheRowAnew) {
    for (int i = 0; i < 4; ++i) {
        Fail(2);
        breaker.Succeeded(Entry::kNormal, now);
        now += 11 * kSecond;
    }
    EXPECT_EQ(breaker.Look(now), State::kClosed);
}

TEST_F(CircuitBreakerTest, OpensWhenTooLargeAShareFails) {
    for (int i = 0; i < 9; ++i) {
        i % 2 == 0 ? Fail() : breaker.Succeeded(Entry::kNormal, now);
    }
    EXPECT_EQ(breaker.Look(now), State::kClosed) << "too few calls to tell";
    Fail();
    EXPECT_EQ(breaker.Look(now), State::kOpen);
}

TEST_F(CircuitBreakerTest, WhatWasLongAgoDoesNotCount) {
    for (int i = 0; i < 8; ++i) {
        i % 2 == 0 ? Fail() : breaker.Succeeded(Entry::kNormal, now);
    }
    now += 10 * kSecond;
    Fail();
    breaker.Succeeded(Entry::kNormal, now);
    Fail();
    EXPECT_EQ(breaker.Look(now), State::kClosed);
}

TEST_F(CircuitBreakerTest, OneProbeAtATimeFindsOut) {
    Fail(3);
    now += 5 * kSecond;
    EXPECT_TRUE(breaker.TakeProbe(now));
    EXPECT_FALSE(breaker.TakeProbe(now));
    EXPECT_EQ(breaker.Look(now), State::kOpen) << "for everybody else";
    breaker.Succeeded(Entry::kProbe, now);
    EXPECT_EQ(breaker.Look(now), State::kClosed);
    Fail(2);
    EXPECT_EQ(breaker.Look(now), State::kClosed) << "it starts anew";
}

TEST_F(CircuitBreakerTest, AFailedProbeOpensItForTwiceAsLongUpToABound) {
    Fail(3);
    for (const int seconds : {5, 10, 15, 15}) {
        EXPECT_EQ(breaker.Look(now + seconds * kSecond - 1), State::kOpen);
        now += seconds * kSecond;
        FailedProbe();
    }
}

TEST_F(CircuitBreakerTest, AProbeThatTellsNothingOrHangsMakesRoomForAnother) {
    Fail(3);
    now += 5 * kSecond;
    ASSERT_TRUE(breaker.TakeProbe(now));
    breaker.Abandoned(Entry::kProbe);
    EXPECT_EQ(breaker.Look(now), State::kHalfOpen);
    ASSERT_TRUE(breaker.TakeProbe(now));
    now += 5 * kSecond;
    EXPECT_TRUE(breaker.TakeProbe(now));
}

TEST_F(CircuitBreakerTest, CallsFromBeforeNeitherCloseNorProlongIt) {
    Fail(3);
    breaker.Succeeded(Entry::kNormal, now);
    EXPECT_EQ(breaker.Look(now), State::kOpen);
    Fail(3);
    Fail(1, Entry::kForced);
    EXPECT_EQ(breaker.Look(now + 5 * kSecond), State::kHalfOpen);
}

TEST_F(CircuitBreakerTest, AForcedCallThatSucceedsClosesIt) {
    Fail(3);
    breaker.Succeeded(Entry::kForced, now);
    EXPECT_EQ(breaker.Look(now), State::kClosed);
}

TEST_F(CircuitBreakerTest, CanBeTurnedOff) {
    settings.failures = 0;
    Fail(1000);
    EXPECT_EQ(breaker.Look(now), State::kClosed);
}

}  // namespace
}  // namespace sightglass::capture
