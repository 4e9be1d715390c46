#include "dialect/langfuse/scores.h"

#include <gtest/gtest.h>

namespace sightglass::dialect::langfuse {
namespace {

constexpr Time kNow = TimeFromMicros(1'795'305'687'000'000);
constexpr std::string_view kTrace = R"("traceId":"0af7651916cd43dd8448eb211c80319c")";

Feedback ScoreOf(const std::string& members) {
    const std::string body = "{" + std::string(kTrace) + ",\"name\":\"quality\"," + members + "}";
    const auto score = ReadScore(body, kNow, "made-1");
    EXPECT_TRUE(score.Ok()) << score.error().message;
    return score.Ok() ? *score : Feedback{};
}

std::string RefusalOf(const std::string& body) {
    const auto score = ReadScore(body, kNow, "made-1");
    EXPECT_FALSE(score.Ok()) << body;
    return score.Ok() ? "" : score.error().message;
}

TEST(LangfuseScoresTest, ReadsANumberAsItIs) {
    const Feedback score = ScoreOf(R"("value":0.25,"comment":"fine","observationId":"b7ad6b71")");
    EXPECT_EQ(score.score, 0.25);
    EXPECT_EQ(score.label, "");
    EXPECT_EQ(score.name, "quality");
    EXPECT_EQ(score.comment, "fine");
    EXPECT_EQ(score.trace_id, "0af7651916cd43dd8448eb211c80319c");
    EXPECT_EQ(score.span_id, "b7ad6b71");
    EXPECT_EQ(score.id, "made-1");
    EXPECT_EQ(score.created_at, kNow);
    EXPECT_EQ(score.source, FeedbackSource::kLangfuse);
    EXPECT_EQ(ScoreOf(R"("value":-3,"dataType":"NUMERIC")").score, -3.0);
}

TEST(LangfuseScoresTest, ReadsABooleanAsUpOrDown) {
    for (const char* const no : {R"("value":0,"dataType":"BOOLEAN")", R"("value":false)"}) {
        EXPECT_EQ(ScoreOf(no).score, -1.0) << no;
        EXPECT_EQ(ScoreOf(no).label, "false") << no;
    }
    EXPECT_EQ(ScoreOf(R"("value":1,"dataType":"BOOLEAN")").score, 1.0);
}

TEST(LangfuseScoresTest, ReadsACategoryAsALabelWithTheScoreOfItsWord) {
    EXPECT_EQ(ScoreOf(R"("value":"thumbs_down")").score, -1.0);
    const Feedback other = ScoreOf(R"("value":"too formal","dataType":"CATEGORICAL")");
    EXPECT_EQ(other.score, std::nullopt);
    EXPECT_EQ(other.label, "too formal");
}

TEST(LangfuseScoresTest, ReadsATextAsAComment) {
    const Feedback text = ScoreOf(R"("value":"it rambles","dataType":"TEXT","comment":"really")");
    EXPECT_EQ(text.comment, "it rambles\nreally");
    EXPECT_EQ(text.score, std::nullopt);
    const std::string endless(20'000, 'x');
    const Feedback cut = ScoreOf("\"value\":1,\"comment\":\"" + endless + "\"");
    EXPECT_EQ(cut.comment.size(), kFeedbackCommentBytesMax);
}

TEST(LangfuseScoresTest, RefusesWhatIsNoScore) {
    EXPECT_NE(RefusalOf("[1]"), "");
    EXPECT_NE(RefusalOf("{"), "");
    EXPECT_EQ(
        RefusalOf(R"({"datasetRunId":"d","name":"n","value":1})"),
        "traceId, sessionId: allowed: one of them; experiments are not kept here"
    );
    EXPECT_NE(RefusalOf(R"({"sessionId":"s","value":2,"dataType":"BOOLEAN"})"), "");
    EXPECT_NE(RefusalOf(R"({"sessionId":"s","value":"x","dataType":"NUMERIC"})"), "");
    EXPECT_NE(RefusalOf(R"({"sessionId":"s","value":1,"dataType":"CATEGORICAL"})"), "");
    EXPECT_NE(RefusalOf(R"({"sessionId":"s","value":1e999})"), "");
    EXPECT_NE(RefusalOf(R"({"sessionId":"s"})"), "");
}

TEST(LangfuseBatchTest, SaysForEachEventWhatBecameOfIt) {
    const auto events = ReadBatch(
        R"({"batch":[
            {"id":"e1","type":"score-create","timestamp":"2026-11-22T10:00:00.5Z",
             "body":{"id":"s1","sessionId":"chat-1","name":"up","value":1}},
            {"id":"e2","type":"trace-create","timestamp":"2026-11-22T10:00:00Z","body":{"id":"t"}},
            {"id":"e3","type":"sdk-log","body":{}},
            {"id":"e4","type":"score-create","timestamp":"1970-01-01T00:00:00Z",
             "body":{"traceId":"t","name":"n","value":"good"}},
            {"id":"e5","type":"score-create","body":7},
            8],"metadata":{"sdk_name":"langfuse-js"}})",
        kNow
    );
    ASSERT_TRUE(events.Ok()) << events.error().message;
    ASSERT_EQ(events->size(), 6U);
    const Feedback& first = *(*events)[0].feedback;
    EXPECT_EQ(first.id, "s1");
    EXPECT_EQ(first.session_id, "chat-1");
    EXPECT_EQ(FormatTime(first.created_at), "2026-11-22T10:00:00.500000Z");
    EXPECT_FALSE((*events)[1].feedback);
    EXPECT_NE((*events)[1].refusal, "");
    EXPECT_FALSE((*events)[2].feedback);
    EXPECT_EQ((*events)[2].refusal, "");
    EXPECT_EQ((*events)[3].feedback->id, "e4");
    EXPECT_EQ((*events)[3].feedback->created_at, kNow);
    EXPECT_EQ((*events)[4].refusal, "body: allowed: a score: an object");
    EXPECT_NE((*events)[5].refusal, "");
}

TEST(LangfuseBatchTest, RefusesWhatIsNoBatchOrTooLarge) {
    EXPECT_FALSE(ReadBatch("", kNow).Ok());
    EXPECT_FALSE(ReadBatch(R"({"batch":{}})", kNow).Ok());
    std::string body = R"({"batch":[0)";
    for (std::size_t i = 0; i < kBatchEventsMax; ++i) {
        body += ",0";
    }
    EXPECT_EQ(ReadBatch(body + "]}", kNow).error().code, ErrorCode::kTooLarge);
    EXPECT_TRUE(ReadBatch(R"({"batch":[]})", kNow)->empty());
}

}  // namespace
}  // namespace sightglass::dialect::langfuse
