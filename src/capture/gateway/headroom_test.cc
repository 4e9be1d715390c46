#include "capture/gateway/headroom.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

Call Requests(std::int64_t limit, std::int64_t remaining, std::int64_t reset_s = 60) {
    Call call;
    call.limit_requests = limit;
    call.remaining_requests = remaining;
    call.reset_requests_us = reset_s * kSecond;
    return call;
}

TEST(HeadroomTest, WhatIsUnknownIsRoom) {
    const Headroom headroom;
    EXPECT_TRUE(headroom.HasRoom(0));
    EXPECT_EQ(headroom.Left(0), 1.0);
}

TEST(HeadroomTest, CallsUnderWayTakeFromWhatIsLeft) {
    Headroom headroom;
    headroom.Update(Requests(100, 3), 0, kSecond);
    EXPECT_DOUBLE_EQ(headroom.Left(kSecond), 0.03);
    headroom.in_flight = 2;
    EXPECT_TRUE(headroom.HasRoom(kSecond));
    headroom.in_flight = 3;
    EXPECT_FALSE(headroom.HasRoom(kSecond));
    EXPECT_EQ(headroom.Left(kSecond), 0.0);
    EXPECT_TRUE(headroom.HasRoom(61 * kSecond)) << "after the reset";
    EXPECT_EQ(headroom.Left(61 * kSecond), 1.0);
}

TEST(HeadroomTest, TokensCountByWhatCallsUsuallyTake) {
    Headroom headroom;
    Call call;
    call.limit_tokens = 10'000;
    call.remaining_tokens = 1'000;
    headroom.Update(call, 0, kSecond);
    EXPECT_TRUE(headroom.HasRoom(kSecond)) << "how large calls are is not known yet";
    headroom.CountTokens(400);
    headroom.in_flight = 1;
    EXPECT_TRUE(headroom.HasRoom(kSecond));
    EXPECT_DOUBLE_EQ(headroom.Left(kSecond), 0.06);
    headroom.in_flight = 2;
    EXPECT_FALSE(headroom.HasRoom(kSecond));
}

TEST(HeadroomTest, AnOvertakenAnswerDoesNotRaiseWhatIsLeft) {
    Headroom headroom;
    headroom.Update(Requests(10, 2), 1 * kSecond, 3 * kSecond);
    headroom.Update(Requests(10, 8), 2 * kSecond, 4 * kSecond);
    EXPECT_DOUBLE_EQ(headroom.Left(4 * kSecond), 0.2);
    headroom.Update(Requests(10, 1), 2 * kSecond, 4 * kSecond);
    EXPECT_DOUBLE_EQ(headroom.Left(4 * kSecond), 0.1);
    headroom.Update(Requests(10, 9), 5 * kSecond, 6 * kSecond);
    EXPECT_DOUBLE_EQ(headroom.Left(6 * kSecond), 0.9) << "sent later, it knows better";
}

TEST(HeadroomTest, AnswersWithoutLimitsChangeNothing) {
    Headroom headroom;
    headroom.Update(Requests(10, 2), 0, kSecond);
    headroom.Update(Call(), 2 * kSecond, 3 * kSecond);
    EXPECT_DOUBLE_EQ(headroom.Left(3 * kSecond), 0.2);
}

TEST(HeadroomTest, ARefusalBlocksForItsTime) {
    Headroom headroom;
    headroom.Block(5 * kSecond);
    EXPECT_FALSE(headroom.HasRoom(4 * kSecond));
    EXPECT_TRUE(headroom.HasRoom(5 * kSecond));
}

TEST(HeadroomTableTest, KeysDoNotShareWhatIsKnown) {
    HeadroomTable table;
    for (std::uint64_t key = 1; key <= HeadroomTable::kPlaces / 2; ++key) {
        ASSERT_NE(table.Take(key, 0), nullptr);
    }
    table.Take(7, 0)->Block(5 * kSecond);
    for (std::uint64_t key = 1; key <= HeadroomTable::kPlaces / 2; ++key) {
        const Headroom* const known = table.Find(key);
        ASSERT_NE(known, nullptr);
        EXPECT_EQ(known->BlockedUntil() != 0, key == 7);
    }
    EXPECT_EQ(table.Find(HeadroomTable::kPlaces * 2), nullptr);
}

TEST(HeadroomTableTest, WhatNobodyUsedForLongMakesRoomAndIsForgotten) {
    HeadroomTable table;
    const auto key_at = [](std::size_t n) { return 1 + n * HeadroomTable::kPlaces; };
    for (std::size_t n = 0; n < HeadroomTable::kProbes; ++n) {
        table.Take(key_at(n), 0)->Block(5 * kSecond);
    }
    const std::uint64_t late = key_at(HeadroomTable::kProbes);
    EXPECT_EQ(table.Take(late, kSecond), nullptr) << "all near it are in use";
    table.Take(key_at(0), 0)->in_flight = 1;
    const std::int64_t later = HeadroomTable::kForgottenAfterUs + kSecond;
    Headroom* const place = table.Take(late, later);
    ASSERT_NE(place, nullptr);
    EXPECT_EQ(place->BlockedUntil(), 0);
    EXPECT_NE(table.Find(key_at(0)), nullptr) << "a call there is under way";
    EXPECT_EQ(table.Find(key_at(1)), nullptr);
}

}  // namespace
}  // namespace sightglass::capture
