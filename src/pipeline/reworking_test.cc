#include "pipeline/reworking.h"

#include <gtest/gtest.h>

#include "refine/members.h"

namespace sightglass::pipeline {
namespace {

const Time kStart = *ParseTime("2026-10-01T00:00:00Z", Time());
const auto kPrices = prices::PriceBook::BuiltIn();

Call CallOf(Source source, std::uint8_t number) {
    Call call;
    call.call_id.bytes[15] = number;
    call.source = source;
    call.started_at = kStart;
    call.provider = "openai";
    call.model = "models/gpt-4o-2024-08-06";
    call.status = CallStatus::kOk;
    call.fresh_input_tokens = 100;
    call.output_tokens = 7;
    return call;
}

TEST(ReworkingTest, SaysWhichStepChangesWhichField) {
    const Call call = CallOf(Source::kImport, 1);
    std::vector<Change> changes;
    const auto steps = refine::StepSet::Only("model_name,model_family").value();
    const Call now = RefineAgain(call, *kPrices, steps, changes);
    EXPECT_EQ(now.model, "gpt-4o-2024-08-06");
    EXPECT_EQ(now.repairs, "model_name");
    const std::vector<Change> expected = {
        {"model_name", "model"},
        {"model_family", "model_family"}};
    EXPECT_EQ(changes, expected);
    changes.clear();
    EXPECT_EQ(RefineAgain(now, *kPrices, steps, changes), now);
    EXPECT_TRUE(changes.empty());
}

TEST(ReworkingTest, CleansEveryRecordOfAJoinedCall) {
    Call gateway = CallOf(Source::kGateway, 1);
    Call span = CallOf(Source::kOtlp, 2);
    gateway.model = "gpt-4o-2024-08-06";
    span.provider = "aws.bedrock";
    const Call joined = refine::Merge({gateway, span});
    std::vector<Change> changes;
    const Call now = RefineAgain(joined, *kPrices, {}, changes);
    const auto members = refine::MembersOf(now);
    ASSERT_EQ(members.size(), 2U);
    EXPECT_EQ(members[1].provider, "bedrock");
    EXPECT_EQ(members[1].model, "gpt-4o-2024-08-06");
    EXPECT_EQ(now.provider, "openai");
    EXPECT_EQ(now.records, 2);
}

TEST(ReworkingTest, TakesBackWhatItChangedAndNothingElse) {
    const Call call = CallOf(Source::kImport, 1);
    std::vector<Change> changes;
    const Call now = RefineAgain(call, *kPrices, {}, changes);
    const auto difference = DifferenceOf(call, now);
    Call later = now;
    later.user = "somebody";  // Learned meanwhile.
    ASSERT_TRUE(TakeBack(difference, later));
    Call expected = call;
    expected.user = "somebody";
    EXPECT_EQ(later, expected);
}

TEST(ReworkingTest, TakesBackTwoChangesTheLaterFirst) {
    const Call first = CallOf(Source::kImport, 1);
    Call second = first;
    second.model = "b";
    second.user = "u";
    Call third = second;
    third.model = "c";
    third.provider = "p";
    Call call = third;
    ASSERT_TRUE(TakeBack(DifferenceOf(second, third), call));
    ASSERT_TRUE(TakeBack(DifferenceOf(first, second), call));
    EXPECT_EQ(call, first);
}

TEST(ReworkingTest, LeavesACallThatHasOtherValuesByNow) {
    const Call call = CallOf(Source::kImport, 1);
    std::vector<Change> changes;
    const Call now = RefineAgain(call, *kPrices, {}, changes);
    Call other = now;
    other.model = "another";
    const Call before = other;
    EXPECT_FALSE(TakeBack(DifferenceOf(call, now), other));
    EXPECT_EQ(other, before);
}

}  // namespace
}  // namespace sightglass::pipeline
