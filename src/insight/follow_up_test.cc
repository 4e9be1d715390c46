#include "insight/follow_up.h"

#include <gtest/gtest.h>

#include "insight/follow_up_settings.h"

namespace sightglass::insight {
namespace {

constexpr Time kNow = TimeFromMicros(1'789'948'800'000'000);

Status Apply(std::string_view body, FollowUp& follow_up, bool is_new = false) {
    codec::JsonParser parser;
    return ApplyChange(parser.Parse(body).value(), kNow, is_new, follow_up);
}

FollowUp Opened() {
    FollowUp follow_up;
    follow_up.id = "018f3b5e-7c1a-7f00-9a3e-0123456789ab";
    follow_up.user = "ada";
    follow_up.opened_at = kNow - std::chrono::hours(5);
    return follow_up;
}

TEST(FollowUpTest, GoesOnByStepsEachWithItsTime) {
    FollowUp one = Opened();
    ASSERT_TRUE(Apply(R"({"state":"contacted","note":"called her","owner":"bo"})", one).Ok());
    EXPECT_EQ(one.state, FollowUpState::kContacted);
    EXPECT_EQ(one.contacted_at, kNow);
    ASSERT_EQ(one.notes.size(), 1U);
    EXPECT_EQ(one.notes[0].text, "called her");
    const Status back = Apply(R"({"state":"open"})", one);
    ASSERT_FALSE(back.Ok());
    EXPECT_EQ(back.error().code, ErrorCode::kConflict);
    ASSERT_FALSE(Apply(R"({"state":"closed"})", one).Ok()) << "without an outcome";
}

TEST(FollowUpTest, IsClosedWithAnOutcomeAndOpenedAgainWithoutOne) {
    FollowUp one = Opened();
    ASSERT_TRUE(Apply(R"({"state":"closed","outcome":"solved","satisfaction_after":0.5})", one).Ok()
    );
    EXPECT_EQ(one.closed_at, kNow);
    EXPECT_EQ(one.outcome, FollowUpOutcome::kSolved);
    EXPECT_EQ(one.satisfaction_after, 0.5);
    ASSERT_TRUE(Apply(R"({"state":"open"})", one).Ok());
    EXPECT_EQ(one.state, FollowUpState::kOpen);
    EXPECT_EQ(one.closed_at, Time{});
    EXPECT_EQ(one.outcome, std::nullopt);
}

TEST(FollowUpTest, WhomItIsAboutIsSaidOnceAndForAll) {
    FollowUp made;
    EXPECT_FALSE(Apply(R"({"owner":"bo"})", made, true).Ok());
    EXPECT_TRUE(Apply(R"({"session_id":"chat-7","reason":"asked twice"})", made, true).Ok());
    EXPECT_EQ(SubjectOf(made), "session chat-7");
    FollowUp one = Opened();
    EXPECT_EQ(SubjectOf(one), "user ada");
    EXPECT_FALSE(Apply(R"({"user":"eve"})", one).Ok());
    EXPECT_FALSE(Apply(R"({"call_id":"seven"})", made, true).Ok());
}

TEST(FollowUpTest, WrongMembersAreRefused) {
    for (const char* body :
         {"[]",
          R"({"state":"done"})",
          R"({"outcome":"great"})",
          R"({"satisfaction_after":2})",
          R"({"due_at":"soon"})",
          R"({"owner":7})",
          R"({"colour":"red"})"}) {
        FollowUp one = Opened();
        EXPECT_FALSE(Apply(body, one).Ok()) << body;
    }
}

TEST(FollowUpTest, IsTheSameOnceKept) {
    FollowUp one = Opened();
    one.rule = FollowUpRule::kRepeatedErrors;
    one.facts = {{"errors", 7}, {"calls", 9.5}};
    one.trigger = "repeated_errors";
    one.session_id = "s";
    ASSERT_TRUE(Apply(
                    R"({"state":"answered","note":"a \"note\"","contact":"mail","template":"Sorry",
                        "due_at":"2026-11-22T08:00:00Z","satisfaction_after":-1})",
                    one
    )
                    .Ok());
    const state::FollowUpRow row = RowOf(one);
    const auto again = ReadRow(row);
    ASSERT_TRUE(again.Ok());
    EXPECT_EQ(RowOf(*again), row);
    EXPECT_EQ(again->facts, one.facts);
    EXPECT_EQ(again->notes[0].text, "a \"note\"");
    EXPECT_EQ(again->answered_at, kNow);
}

TEST(FollowUpSettingsTest, AreTheSameOnceWrittenAndTakeWhatIsLeftOutFromTheDefaults) {
    const FollowUpSettings usual;
    const auto same = ParseFollowUpSettings(ToJson(usual));
    ASSERT_TRUE(same.Ok()) << same.error().message;
    EXPECT_EQ(ToJson(*same), ToJson(usual));
    const auto some = ParseFollowUpSettings(
        R"({"rules":{"bad_feedback":{"due_days":1,"owner":"bo"},"drop_in_use":{"on":false}},
            "tell":["opened","closed"],"channels":["x"],"remind_hours":4,"templates":[]})"
    );
    ASSERT_TRUE(some.Ok()) << some.error().message;
    EXPECT_EQ(some->Of(FollowUpRule::kBadFeedback).due_days, 1);
    EXPECT_EQ(some->Of(FollowUpRule::kBadFeedback).owner, "bo");
    EXPECT_FALSE(some->Of(FollowUpRule::kDropInUse).on);
    EXPECT_EQ(some->Of(FollowUpRule::kHeavyNewUser).calls, 100);
    EXPECT_TRUE(some->templates.empty());
}

TEST(FollowUpSettingsTest, WrongOnesAreRefused) {
    for (const char* body :
         {"[]",
          "{",
          R"({"rules":{"by_hand":{}}})",
          R"({"rules":{"bad_feedback":{"errors":5}}})",
          R"({"rules":{"bad_feedback":{"on":1}}})",
          R"({"rules":{"repeated_errors":{"errors":0}}})",
          R"({"tell":["everything"]})",
          R"({"channels":[1]})",
          R"({"remind_hours":0})",
          R"({"templates":[{"name":"x"}]})",
          R"({"more":1})"}) {
        EXPECT_FALSE(ParseFollowUpSettings(body).Ok()) << body;
    }
}

}  // namespace
}  // namespace sightglass::insight
