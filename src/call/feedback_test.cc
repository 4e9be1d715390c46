#include "call/feedback.h"

#include <gtest/gtest.h>

#include "call/feedback_encoding.h"

namespace sightglass {
namespace {

Feedback WholeFeedback() {
    Feedback feedback;
    feedback.id = "f-1";
    feedback.created_at = TimeFromMicros(1'795'305'687'028'000);
    feedback.call_id.bytes.fill(7);
    feedback.provider_response_id = "chatcmpl-1";
    feedback.trace_id = "0af7651916cd43dd8448eb211c80319c";
    feedback.span_id = "b7ad6b7169203331";
    feedback.session_id = "s-1";
    feedback.score = -0.25;
    feedback.name = "helpful";
    feedback.label = "down";
    feedback.comment = "too long";
    feedback.user = "ada";
    feedback.source = FeedbackSource::kLangfuse;
    return feedback;
}

std::string Encoded(const Feedback& feedback) {
    std::string bytes;
    EncodeFeedback(feedback, bytes);
    return bytes;
}

TEST(FeedbackEncodingTest, BringsEveryFieldBack) {
    for (const Feedback& feedback : {WholeFeedback(), Feedback{}}) {
        const Result<Feedback> read = DecodeFeedback(Encoded(feedback));
        ASSERT_TRUE(read.Ok()) << read.error().message;
        EXPECT_EQ(*read, feedback);
    }
}

TEST(FeedbackEncodingTest, RefusesWhatIsCutOrLongerThanItSays) {
    const std::string bytes = Encoded(WholeFeedback());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(DecodeFeedback(std::string_view(bytes).substr(0, size)).Ok()) << size;
    }
    EXPECT_FALSE(DecodeFeedback(bytes + '\0').Ok());
}

TEST(FeedbackEncodingTest, RefusesAVersionThatItDoesNotKnow) {
    std::string bytes = Encoded(WholeFeedback());
    bytes.front() = 2;
    EXPECT_FALSE(DecodeFeedback(bytes).Ok());
}

TEST(FeedbackEncodingTest, TakesASourceBeyondTheVocabularyAsUnknown) {
    std::string bytes = Encoded(WholeFeedback());
    bytes[1] = '\x50';
    EXPECT_EQ(DecodeFeedback(bytes)->source, std::nullopt);
}

TEST(FeedbackSourceTest, EachHasANameThatFindsIt) {
    for (int i = 0; i < static_cast<int>(FeedbackSource::kCount_); ++i) {
        const auto source = static_cast<FeedbackSource>(i);
        EXPECT_EQ(ParseFeedbackSource(ToString(source)), source);
    }
    EXPECT_EQ(ParseFeedbackSource("mail"), std::nullopt);
}

TEST(CheckFeedbackTest, WantsOneSubjectAndSomethingSaid) {
    Feedback feedback;
    feedback.id = "f-1";
    feedback.session_id = "s-1";
    EXPECT_EQ(
        CheckFeedback(feedback).error().message,
        "score, label, comment: allowed: at least one of them"
    );
    feedback.score = 0;
    EXPECT_TRUE(CheckFeedback(feedback).Ok());
    feedback.trace_id = "t-1";
    EXPECT_FALSE(CheckFeedback(feedback).Ok());
    feedback.session_id.clear();
    feedback.span_id = "b7ad6b7169203331";
    EXPECT_TRUE(CheckFeedback(feedback).Ok());
    feedback.trace_id.clear();
    feedback.call_id.bytes.fill(1);
    EXPECT_EQ(CheckFeedback(feedback).error().message, "span_id: allowed: only with a trace_id");
}

TEST(CheckFeedbackTest, BoundsEveryText) {
    Feedback good;
    good.id = "f-1";
    good.provider_response_id = "chatcmpl-1";
    good.label = "up";
    ASSERT_TRUE(CheckFeedback(good).Ok());
    for (const auto text :
         {&Feedback::id,
          &Feedback::name,
          &Feedback::label,
          &Feedback::user,
          &Feedback::comment,
          &Feedback::provider_response_id}) {
        Feedback feedback = good;
        feedback.*text = std::string(9'000, 'a');
        EXPECT_FALSE(CheckFeedback(feedback).Ok());
    }
}

TEST(CheckFeedbackTest, WantsAnIdThatIsPlain) {
    Feedback good;
    good.session_id = "s-1";
    good.score = 1;
    for (const char* const id : {"", "a b", "a\nb", "\xc3\xa9"}) {
        Feedback feedback = good;
        feedback.id = id;
        EXPECT_FALSE(CheckFeedback(feedback).Ok()) << id;
    }
}

TEST(ScoreOfLabelTest, KnowsThumbsAndTheirLike) {
    for (const char* const good : {"up", "Thumbs_Up", "YES", "true", "\xf0\x9f\x91\x8d"}) {
        EXPECT_EQ(ScoreOfLabel(good), 1.0) << good;
    }
    for (const char* const bad : {"down", "dislike", "No", "FALSE", "\xf0\x9f\x91\x8e"}) {
        EXPECT_EQ(ScoreOfLabel(bad), -1.0) << bad;
    }
}

TEST(ScoreOfLabelTest, TellsNeutralFromUnknown) {
    EXPECT_EQ(ScoreOfLabel("neutral"), 0.0);
    EXPECT_EQ(ScoreOfLabel("too long"), std::nullopt);
    EXPECT_EQ(ScoreOfLabel(""), std::nullopt);
}

}  // namespace
}  // namespace sightglass
