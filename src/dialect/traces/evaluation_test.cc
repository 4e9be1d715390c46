#include "dialect/traces/evaluation.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::dialect::traces {
namespace {

constexpr Time kNow = TimeFromMicros(1'795'305'687'000'000);

AttributeValue TextValue(std::string_view text) {
    AttributeValue value;
    value.kind = ValueKind::kText;
    value.text = text;
    return value;
}

AttributeValue RealValue(double real) {
    AttributeValue value;
    value.kind = ValueKind::kDouble;
    value.real = real;
    return value;
}

class EvaluationTest : public testing::Test {
protected:
    EvaluationTest() { log_.time_ns = 1'795'305'600'000'000'000; }

    std::optional<Feedback> Read() {
        log_.attributes = attributes_;
        return ReadEvaluation(log_, kNow);
    }

    void PlaceIt() {
        log_.place.trace_id.fill(0x0a);
        log_.place.span_id.fill(0x0b);
    }

    std::vector<Attribute> attributes_{
        {"gen_ai.evaluation.name", TextValue("Relevance of it")},
        {"gen_ai.evaluation.score.value", RealValue(0.75)},
        {"gen_ai.evaluation.score.label", TextValue("relevant")},
        {"gen_ai.evaluation.explanation", TextValue("it answers")},
        {"gen_ai.response.id", TextValue("chatcmpl-1")}};
    LogView log_;
};

TEST_F(EvaluationTest, IsFeedbackOnItsSpan) {
    PlaceIt();
    const auto feedback = Read();
    ASSERT_TRUE(feedback);
    EXPECT_EQ(feedback->trace_id, "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a");
    EXPECT_EQ(feedback->span_id, "0b0b0b0b0b0b0b0b");
    EXPECT_EQ(feedback->provider_response_id, "");
    EXPECT_EQ(feedback->score, 0.75);
    EXPECT_EQ(feedback->name, "Relevance of it");
    EXPECT_EQ(feedback->label, "relevant");
    EXPECT_EQ(feedback->comment, "it answers");
    EXPECT_EQ(ToMicros(feedback->created_at), 1'795'305'600'000'000);
    EXPECT_EQ(feedback->source, FeedbackSource::kOtlp);
}

TEST_F(EvaluationTest, WithoutASpanIsFeedbackOnTheAnswer) {
    const auto feedback = Read();
    ASSERT_TRUE(feedback);
    EXPECT_EQ(feedback->provider_response_id, "chatcmpl-1");
    EXPECT_EQ(feedback->trace_id, "");
}

TEST_F(EvaluationTest, HasTheSameIdWhenItIsSentAgainAndAnotherForAnotherName) {
    PlaceIt();
    const std::string id = Read()->id;
    EXPECT_EQ(Read()->id, id);
    attributes_[0].value = TextValue("Tone");
    EXPECT_NE(Read()->id, id);
}

TEST_F(EvaluationTest, OfNothingOrWithoutAJudgementIsNone) {
    attributes_.pop_back();
    EXPECT_FALSE(Read());
    PlaceIt();
    EXPECT_TRUE(Read());
    attributes_.resize(1);
    EXPECT_FALSE(Read());
    attributes_.push_back(
        {"gen_ai.evaluation.score.value", RealValue(std::numeric_limits<double>::infinity())}
    );
    EXPECT_FALSE(Read());
}

TEST_F(EvaluationTest, OfAnAbsurdTimeIsOfTheTimeOfReceipt) {
    log_.time_ns = 7;
    EXPECT_EQ(Read()->created_at, kNow);
}

}  // namespace
}  // namespace sightglass::dialect::traces
