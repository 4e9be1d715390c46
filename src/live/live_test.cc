#include "live/live.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::live {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kNoon = Time(seconds(1'700'000'000));

class FakeClock final : public Clock {
public:
    Time Now() const noexcept override { return now; }

    Time now = kNoon;
};

class LiveTest : public ::testing::Test {
protected:
    Call CallEndingAt(Time end) {
        Call call;
        call.call_id.bytes[15] = ++last_id_;
        call.status = CallStatus::kOk;
        call.ended_at = end;
        return call;
    }

    void AddCalls(int count) {
        for (int i = 0; i < count; ++i) {
            live_.Add(std::vector{CallEndingAt(clock_.now)});
        }
    }

    Second MustFindSecond(Time at) {
        for (const Second& second : live_.LastSeconds(900)) {
            if (second.at == at) {
                return second;
            }
        }
        ADD_FAILURE() << "no such second";
        return {};
    }

    FakeClock clock_;
    Live live_{clock_};
    std::uint8_t last_id_ = 0;
};

TEST_F(LiveTest, AddsUpASecondByTheCallsEnd) {
    Call good = CallEndingAt(kNoon + milliseconds(999));
    good.fresh_input_tokens = 10;
    good.cached_input_tokens = 5;
    good.output_tokens = 7;
    good.cost = Money::FromNanoUsd(42);
    good.latency_us = 1000;
    Call bad = CallEndingAt(kNoon);
    bad.status = CallStatus::kError;
    bad.latency_us = 3000;
    clock_.now = kNoon + milliseconds(1200);
    live_.Add(std::vector{good, bad, CallEndingAt(kNoon + seconds(1))});
    clock_.now = kNoon + seconds(5);
    const Second second = MustFindSecond(kNoon);
    EXPECT_EQ(second.calls, 2);
    EXPECT_EQ(second.errors, 1);
    EXPECT_EQ(second.input_tokens, 15);
    EXPECT_EQ(second.output_tokens, 7);
    EXPECT_EQ(second.cost_nano_usd, 42);
    EXPECT_NEAR(static_cast<double>(second.latency_p95_us.value_or(0)), 3000, 30);
    EXPECT_EQ(MustFindSecond(kNoon + seconds(1)).calls, 1);
}

TEST_F(LiveTest, TakesQuantilesOfTheSecondsLatencies) {
    std::vector<Call> calls;
    for (int i = 1; i <= 1000; ++i) {
        calls.push_back(CallEndingAt(kNoon));
        calls.back().latency_us = 1000 * i;
    }
    live_.Add(calls);
    clock_.now = kNoon + seconds(2);
    const Second second = MustFindSecond(kNoon);
    EXPECT_NEAR(static_cast<double>(second.latency_p50_us.value_or(0)), 500'000, 5'000);
    EXPECT_NEAR(static_cast<double>(second.latency_p95_us.value_or(0)), 950'000, 9'500);
    EXPECT_EQ(MustFindSecond(kNoon - seconds(1)).latency_p50_us, std::nullopt);
}

TEST_F(LiveTest, TellsASecondOnceItIsOverAndOnlyOnce) {
    AddCalls(1);
    const std::uint64_t cursor = live_.Since(0).next_cursor;
    clock_.now = kNoon + milliseconds(2499);
    const Update early = live_.Since(cursor);
    ASSERT_EQ(early.seconds.size(), 2U);  // The two before noon that were not over at first.
    EXPECT_EQ(early.seconds[1].at, kNoon);
    EXPECT_EQ(early.seconds[1].calls, 1);
    EXPECT_TRUE(live_.Since(early.next_cursor).seconds.empty());
    clock_.now = kNoon + milliseconds(2500);
    ASSERT_EQ(live_.Since(early.next_cursor).seconds.size(), 1U);
}

TEST_F(LiveTest, StartsAWatcherWithTheLastCallsAndAMinuteOfSeconds) {
    for (int i = 0; i < 3; ++i) {
        AddCalls(15);
        clock_.now += seconds(1);
    }
    const Update update = live_.Since(0);
    ASSERT_EQ(update.calls.size(), 20U);
    EXPECT_EQ(update.calls.back()->call_id.bytes[15], 45);
    EXPECT_EQ(update.calls.front()->call_id.bytes[15], 26);
    EXPECT_EQ(update.left_out, 0U);
    EXPECT_EQ(update.seconds.size(), 60U);
}

TEST_F(LiveTest, HandsAtMostTwentyCallsASecondToAWatcherAndCountsTheRest) {
    AddCalls(1);
    const std::uint64_t cursor = live_.Since(0).next_cursor;
    AddCalls(50);
    clock_.now += seconds(1);
    AddCalls(3);
    const Update update = live_.Since(cursor);
    EXPECT_EQ(update.calls.size(), 19U + 3U);
    EXPECT_EQ(update.left_out, 31U);
    EXPECT_TRUE(live_.Since(update.next_cursor).calls.empty());
    EXPECT_EQ(live_.Since(update.next_cursor).left_out, 0U);
}

TEST_F(LiveTest, CountsWhatASlowWatcherMissed) {
    AddCalls(1);
    const std::uint64_t cursor = live_.Since(0).next_cursor;
    for (int second = 0; second < 100; ++second) {
        clock_.now += seconds(1);
        AddCalls(20);
    }
    const Update update = live_.Since(cursor);
    EXPECT_EQ(update.calls.size(), 1200U);
    EXPECT_EQ(update.left_out, 800U);
}

TEST_F(LiveTest, ForgetsSecondsAfterFifteenMinutes) {
    AddCalls(1);
    clock_.now += seconds(901);
    AddCalls(2);
    clock_.now += seconds(2);
    EXPECT_EQ(MustFindSecond(kNoon + seconds(901)).calls, 2);
    EXPECT_EQ(live_.LastSeconds(2000).size(), 898U);
}

TEST_F(LiveTest, CountsACallFromTheFutureNow) {
    live_.Add(std::vector{CallEndingAt(kNoon + std::chrono::hours(1))});
    clock_.now += seconds(2);
    EXPECT_EQ(MustFindSecond(kNoon).calls, 1);
}

TEST_F(LiveTest, PutsNoAncientCallIntoASecond) {
    live_.Add(std::vector{CallEndingAt(kNoon - seconds(900))});
    clock_.now += seconds(2);
    for (const Second& second : live_.LastSeconds(900)) {
        EXPECT_EQ(second.calls, 0);
    }
}

TEST_F(LiveTest, RemembersCallsInFlightAtEachSecondsEnd) {
    live_.SetInFlight(3);
    live_.SetInFlight(2);
    clock_.now += seconds(1);
    AddCalls(1);
    live_.SetInFlight(9);
    clock_.now += seconds(2);
    EXPECT_EQ(MustFindSecond(kNoon).in_flight, 2);
    EXPECT_EQ(MustFindSecond(kNoon + seconds(1)).in_flight, 9);
    EXPECT_EQ(live_.InFlight(), 9);
}

}  // namespace
}  // namespace sightglass::live
