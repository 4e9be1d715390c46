#include "pipeline/open_calls.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace sightglass::pipeline {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class OpenCallsTest : public ::testing::Test {
protected:
    OpenCalls open_;
    OpenCalls::SteadyTime now_ = std::chrono::steady_clock::now();
};

TEST_F(OpenCallsTest, CountsBeginsBySegmentUntilTheyEnd) {
    open_.Begin(IdOf(1), "one", 10, now_);
    open_.Begin(IdOf(2), "two", 10, now_);
    open_.Begin(IdOf(3), "three", 11, now_);
    EXPECT_EQ(open_.CountIn(10), 2U);
    EXPECT_FALSE(open_.End(IdOf(1)));
    EXPECT_FALSE(open_.End(IdOf(3)));
    EXPECT_EQ(open_.CountIn(10), 1U);
    EXPECT_EQ(open_.CountIn(11), 0U);
    EXPECT_EQ(open_.size(), 1U);
}

TEST_F(OpenCallsTest, CountsACallThatBeginsTwiceOnce) {
    open_.Begin(IdOf(1), "one", 10, now_);
    open_.Begin(IdOf(1), "again", 11, now_);
    EXPECT_EQ(open_.CountIn(10), 0U);
    EXPECT_EQ(open_.CountIn(11), 1U);
    ASSERT_THAT(open_.FinishRecovery(), SizeIs(1));
}

TEST_F(OpenCallsTest, HandsOutWhatIsOpenAfterRecovery) {
    open_.Begin(IdOf(1), "one", 10, now_);
    open_.Begin(IdOf(2), "two", 10, now_);
    open_.End(IdOf(2));
    const auto left = open_.FinishRecovery();
    ASSERT_THAT(left, SizeIs(1));
    EXPECT_EQ(left[0].begin, "one");
    EXPECT_EQ(open_.size(), 0U);
}

TEST_F(OpenCallsTest, MovesACarriedBeginToItsNewSegment) {
    open_.FinishRecovery();
    open_.Begin(IdOf(1), "one", 10, now_);
    std::string appended;
    const auto append = [&](std::string_view begin) {
        appended += begin;
        return true;
    };
    open_.CarryFrom(10, append);
    open_.CarryFrom(10, append);  // On its way already.
    EXPECT_EQ(appended, "one");
    EXPECT_EQ(open_.CountIn(10), 1U);
    EXPECT_FALSE(open_.Carried(IdOf(1), "one", 50, now_));
    EXPECT_EQ(open_.CountIn(10), 0U);
    EXPECT_EQ(open_.CountIn(50), 1U);
    open_.CarryFrom(50, append);
    EXPECT_EQ(appended, "oneone");
    EXPECT_TRUE(open_.End(IdOf(1)));  // Has to be noted.
}

TEST_F(OpenCallsTest, TriesToCarryAgainWhatThereWasNoRoomFor) {
    open_.FinishRecovery();
    open_.Begin(IdOf(1), "one", 10, now_);
    open_.CarryFrom(10, [](std::string_view) { return false; });
    EXPECT_FALSE(open_.End(IdOf(1)));
}

TEST_F(OpenCallsTest, DoesNotOpenACarriedCallAgainThatEndedMeanwhile) {
    open_.FinishRecovery();
    open_.Begin(IdOf(1), "one", 10, now_);
    open_.CarryFrom(10, [](std::string_view) { return true; });
    EXPECT_TRUE(open_.End(IdOf(1)));
    EXPECT_FALSE(open_.Carried(IdOf(1), "one", 50, now_));
    EXPECT_EQ(open_.size(), 0U);
}

TEST_F(OpenCallsTest, RecoversACarriedCallWhoseFirstBeginIsGone) {
    EXPECT_FALSE(open_.Carried(IdOf(1), "one", 50, now_));
    EXPECT_THAT(open_.FinishRecovery(), SizeIs(1));
}

TEST_F(OpenCallsTest, BelievesAnEndThatWasReadBeforeTheCarriedBegin) {
    open_.Begin(IdOf(1), "one", 10, now_);
    EXPECT_FALSE(open_.End(IdOf(1)));
    EXPECT_TRUE(open_.Carried(IdOf(1), "one", 50, now_));  // Has to be noted, behind it.
    EXPECT_THAT(open_.FinishRecovery(), IsEmpty());
}

TEST_F(OpenCallsTest, BelievesANoteThatACarriedCallIsClosed) {
    open_.Carried(IdOf(1), "one", 50, now_);
    open_.Closed(IdOf(1));
    open_.Closed(IdOf(2));
    EXPECT_THAT(open_.FinishRecovery(), IsEmpty());
}

TEST_F(OpenCallsTest, GivesUpOnlyWhatIsOld) {
    open_.FinishRecovery();
    open_.Begin(IdOf(1), "old", 10, now_ - std::chrono::hours(25));
    open_.Begin(IdOf(2), "new", 10, now_);
    const auto old = open_.TakeOlderThan(now_ - std::chrono::hours(24));
    ASSERT_THAT(old, SizeIs(1));
    EXPECT_EQ(old[0].first, IdOf(1));
    EXPECT_EQ(open_.CountIn(10), 1U);
}

}  // namespace
}  // namespace sightglass::pipeline
