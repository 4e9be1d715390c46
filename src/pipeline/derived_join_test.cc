#include "pipeline/derived_join.h"

#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace sightglass::pipeline {
namespace {

using SteadyTime = DerivedJoin::SteadyTime;
using std::chrono::seconds;

Derived DerivedOf(int number) {
    Derived derived;
    derived.call_id = IdOf(number);
    derived.output_tokens = number;
    return derived;
}

TEST(DerivedJoinTest, WhicheverComesFirstWaitsForTheOther) {
    DerivedJoin join;
    join.Hold(IdOf(1), "end", {});
    EXPECT_EQ(join.HeldEnds(), 1U);
    EXPECT_EQ(join.TakeEnd(IdOf(1)), "end");
    EXPECT_EQ(join.TakeEnd(IdOf(1)), std::nullopt);
    EXPECT_EQ(join.HeldEnds(), 0U);
    join.Remember(DerivedOf(2), {});
    EXPECT_EQ(join.TakeDerived(IdOf(2)), DerivedOf(2));
    EXPECT_EQ(join.TakeDerived(IdOf(2)), std::nullopt);
}

TEST(DerivedJoinTest, WaitingEndsAfterAWhileInTheOrderOfComing) {
    DerivedJoin join;
    const SteadyTime start{};
    join.Hold(IdOf(1), "one", start);
    join.Hold(IdOf(2), "two", start + seconds(1));
    join.Hold(IdOf(3), "three", start + seconds(2));
    EXPECT_TRUE(join.TakeEnd(IdOf(1)).has_value());
    EXPECT_EQ(join.TakeEndsUntil(start + seconds(1)), std::vector<std::string>{"two"});
    EXPECT_EQ(join.HeldEnds(), 1U);
    join.Remember(DerivedOf(4), start);
    join.Remember(DerivedOf(5), start);
    EXPECT_EQ(join.TakeDerivedUntil(start, 1), std::vector<Derived>{DerivedOf(4)});
    EXPECT_EQ(join.TakeDerivedUntil(start, 9), std::vector<Derived>{DerivedOf(5)});
}

TEST(DerivedJoinTest, TheOldestGoWhereThereAreTooMany) {
    DerivedJoin join;
    const SteadyTime now = SteadyTime() + seconds(9);
    const int count = static_cast<int>(DerivedJoin::kCountMax) + 3;
    for (int i = 0; i < count; ++i) {
        join.Hold(IdOf(i), std::to_string(i), now);
        join.Remember(DerivedOf(i), now);
    }
    const std::vector<std::string> ends = join.TakeEndsUntil({});
    ASSERT_EQ(ends.size(), 3U);
    EXPECT_EQ(ends[0], "0");
    EXPECT_EQ(join.TakeDerivedUntil({}, 100).size(), 3U);
    EXPECT_EQ(join.HeldEnds(), DerivedJoin::kCountMax);
}

}  // namespace
}  // namespace sightglass::pipeline
