#include "alert/state_machine.h"

#include <gtest/gtest.h>

namespace sightglass::alert {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kNoon = Time(seconds(1'700'000'000));

class StateMachineTest : public ::testing::Test {
protected:
    StateMachineTest() {
        monitor_.hold_for = minutes(1);
        monitor_.recover_for = minutes(1);
        state_.key = "m";
    }

    /// Looks every ten seconds for so long; the last transition that was one.
    Transition Look(Outcome outcome, Duration time) {
        Transition last = Transition::kNone;
        for (Duration passed{}; passed < time; passed += seconds(10)) {
            now_ += seconds(10);
            const Transition transition = Step(monitor_, outcome, now_, state_);
            last = transition == Transition::kNone ? last : transition;
        }
        return last;
    }

    Monitor monitor_;
    AlertState state_;
    Time now_ = kNoon;
};

TEST_F(StateMachineTest, FiresOnceItWasMetForSoLongAndIsResolvedOnceItWasOver) {
    EXPECT_EQ(Look(Outcome::kMet, seconds(50)), Transition::kPending);
    EXPECT_EQ(state_.status, AlertStatus::kPending);
    EXPECT_EQ(Look(Outcome::kMet, seconds(20)), Transition::kFired);
    EXPECT_EQ(Look(Outcome::kMet, minutes(9)), Transition::kNone);
    EXPECT_EQ(Look(Outcome::kClear, seconds(60)), Transition::kNone);
    EXPECT_EQ(Look(Outcome::kClear, seconds(20)), Transition::kResolved);
    EXPECT_EQ(state_.status, AlertStatus::kOk);
}

TEST_F(StateMachineTest, WhatIsOverBeforeItFiredIsNoAlert) {
    Look(Outcome::kMet, seconds(50));
    EXPECT_EQ(Look(Outcome::kClear, seconds(10)), Transition::kCalmed);
    EXPECT_EQ(Look(Outcome::kMet, seconds(50)), Transition::kPending);  // Counted anew.
    EXPECT_EQ(Look(Outcome::kBetween, seconds(10)), Transition::kCalmed);
}

TEST_F(StateMachineTest, WithoutForItFiresAtOnce) {
    monitor_.hold_for = {};
    monitor_.recover_for = {};
    EXPECT_EQ(Look(Outcome::kMet, seconds(10)), Transition::kFired);
    EXPECT_EQ(Look(Outcome::kClear, seconds(10)), Transition::kResolved);
}

TEST_F(StateMachineTest, BetweenThresholdAndRecoveryItGoesOnFiring) {
    Look(Outcome::kMet, minutes(2));
    Look(Outcome::kClear, seconds(50));
    EXPECT_EQ(Look(Outcome::kBetween, minutes(30)), Transition::kNone);
    EXPECT_EQ(state_.status, AlertStatus::kFiring);
    EXPECT_EQ(Look(Outcome::kClear, seconds(50)), Transition::kNone);  // Counted anew.
}

TEST_F(StateMachineTest, WithoutDataItDoesAsTheRuleSays) {
    Look(Outcome::kMet, minutes(2));
    monitor_.no_data = NoData::kKeep;
    EXPECT_EQ(Look(Outcome::kNoData, hours(1)), Transition::kNone);
    EXPECT_TRUE(state_.without_data);
    EXPECT_EQ(state_.status, AlertStatus::kFiring);
    monitor_.no_data = NoData::kOk;
    EXPECT_EQ(Look(Outcome::kNoData, minutes(2)), Transition::kResolved);
    monitor_.no_data = NoData::kAlert;
    EXPECT_EQ(Look(Outcome::kNoData, minutes(2)), Transition::kFired);
}

TEST_F(StateMachineTest, FlappingIsOneLongAlert) {
    for (std::size_t i = 0; i < kFlapTimes; ++i) {
        EXPECT_EQ(Look(Outcome::kMet, minutes(2)), Transition::kFired);
        if (i + 1 < kFlapTimes) {
            EXPECT_EQ(Look(Outcome::kClear, minutes(2)), Transition::kResolved);
        }
    }
    EXPECT_TRUE(IsFlapping(state_, now_));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(Look(Outcome::kClear, minutes(2)), Transition::kNone);
        EXPECT_EQ(Look(Outcome::kMet, minutes(2)), Transition::kNone);
    }
    EXPECT_EQ(Look(Outcome::kClear, kFlapHold + seconds(10)), Transition::kResolved);
}

TEST_F(StateMachineTest, AJumpOfTheClockIsNoLongAlarm) {
    Look(Outcome::kMet, seconds(20));
    now_ += hours(5);
    EXPECT_EQ(Look(Outcome::kMet, seconds(10)), Transition::kNone);
    EXPECT_EQ(state_.met_for, seconds(10) + kStepMax);
    now_ -= hours(10);
    EXPECT_EQ(Look(Outcome::kMet, seconds(10)), Transition::kNone);  // No time passed.
    EXPECT_EQ(Look(Outcome::kMet, seconds(20)), Transition::kFired);
}

TEST_F(StateMachineTest, ARestartWhilePendingGoesOnWhereItWas) {
    state_.group = {"gpt-5", "a \"quoted\" name"};
    state_.monitor_id = "m";
    Look(Outcome::kMet, seconds(50));
    state_.value = 0.25;
    state_.why = "because";
    const auto read = ParseAlertState(ToJson(state_));
    ASSERT_TRUE(read.Ok());
    EXPECT_EQ(*read, state_);
    state_ = *read;
    EXPECT_EQ(Look(Outcome::kMet, seconds(20)), Transition::kFired);
    state_.acknowledged_by = "ada";
    EXPECT_EQ(ParseAlertState(ToJson(state_)).value(), state_);
    EXPECT_FALSE(ParseAlertState("{}").Ok());
}

}  // namespace
}  // namespace sightglass::alert
