#include "serve/api/feedback_body.h"

#include <gtest/gtest.h>

namespace sightglass::serve {
namespace {

constexpr Time kNow = TimeFromMicros(1'795'305'687'000'000);

std::string RefusalOf(const std::string& body) {
    const auto feedback = ReadFeedbackBody(body, kNow);
    EXPECT_FALSE(feedback.Ok()) << body;
    return feedback.Ok() ? "" : feedback.error().message;
}

TEST(FeedbackBodyTest, ReadsEveryMember) {
    const auto feedback = ReadFeedbackBody(
        R"({"id":"f-1","created_at":"2026-11-22T10:00:00Z","trace_id":"t","span_id":"s","score":0.5,
            "name":"tone","label":"friendly","comment":"nice","user":"ada"})",
        kNow
    );
    ASSERT_TRUE(feedback.Ok()) << feedback.error().message;
    EXPECT_EQ(feedback->id, "f-1");
    EXPECT_EQ(FormatTime(feedback->created_at), "2026-11-22T10:00:00Z");
    EXPECT_EQ(feedback->trace_id, "t");
    EXPECT_EQ(feedback->span_id, "s");
    EXPECT_EQ(feedback->score, 0.5);
    EXPECT_EQ(feedback->name, "tone");
    EXPECT_EQ(feedback->label, "friendly");
    EXPECT_EQ(feedback->comment, "nice");
    EXPECT_EQ(feedback->user, "ada");
    EXPECT_EQ(feedback->source, FeedbackSource::kApi);
}

TEST(FeedbackBodyTest, TakesAThumbAsALabelOrABoolean) {
    EXPECT_EQ(ReadFeedbackBody(R"({"session_id":"s","label":"down"})", kNow)->score, -1.0);
    EXPECT_EQ(ReadFeedbackBody(R"({"session_id":"s","score":false})", kNow)->score, -1.0);
    EXPECT_EQ(ReadFeedbackBody(R"({"session_id":"s","score":true})", kNow)->score, 1.0);
    const auto both = ReadFeedbackBody(R"({"session_id":"s","label":"down","score":0.5})", kNow);
    EXPECT_EQ(both->score, 0.5);
    EXPECT_EQ(ReadFeedbackBody(R"({"session_id":"s","comment":"hm"})", kNow)->score, std::nullopt);
}

TEST(FeedbackBodyTest, SaysWhatIsWrongAndWhatIsAllowed) {
    EXPECT_EQ(
        RefusalOf(R"({"session_id":"s","score":2})"),
        "score: allowed: a number from -1 to 1, or true or false"
    );
    EXPECT_EQ(RefusalOf(R"({"session_id":7,"score":1})"), "session_id: allowed: a text");
    EXPECT_EQ(
        RefusalOf(R"({"call_id":"no","score":1})"),
        "call_id: allowed: the id of a call, as x-sightglass-call-id has it"
    );
    EXPECT_NE(
        RefusalOf(R"({"session_id":"s","stars":5})").find("stars: allowed: the members"),
        std::string::npos
    );
    EXPECT_NE(RefusalOf(R"({"score":1})").find("exactly one of them"), std::string::npos);
    EXPECT_NE(RefusalOf(R"({"session_id":"s"})").find("at least one of them"), std::string::npos);
    EXPECT_NE(RefusalOf(R"({"session_id":"s","score":1,"created_at":"1969-01-01T00:00:00Z"})"), "");
    EXPECT_NE(RefusalOf("[]"), "");
    EXPECT_NE(RefusalOf("{"), "");
}

}  // namespace
}  // namespace sightglass::serve
