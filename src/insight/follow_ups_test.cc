// The queue over a store with planted users: whom the rules find and whom they leave alone, once; who is told, once.
#include "insight/follow_ups.h"

#include <unistd.h>

#include <filesystem>
#include <memory>

#include <gtest/gtest.h>

#include "base/test_directory.h"
#include "insight/follow_up_report.h"
#include "store/memory.h"

namespace sightglass::insight {
namespace {

constexpr Time kNow = TimeFromMicros(1'789'948'800'000'000);  // 2026-09-21T00:00:00Z, a Monday.
constexpr Duration kHour = std::chrono::hours(1);
constexpr Duration kDay = std::chrono::hours(24);

class SetClock final : public Clock {
public:
    Time Now() const noexcept override { return now; }

    Time now = kNow;
};

/// Takes what it is given.
class TakingOutbox final : public notify::Outbox {
public:
    Status Enqueue(std::string_view channel_id, const notify::NoticeGroup& group) override {
        taken.emplace_back(channel_id, group);
        return {};
    }

    std::vector<std::string> ChannelIds() const override { return {"desk"}; }

    std::optional<Duration> SayAgainEvery(std::string_view /*channel_id*/) const override {
        return std::nullopt;
    }

    std::vector<std::pair<std::string, notify::NoticeGroup>> taken;
};

class FollowUpsTest : public testing::Test {
protected:
    FollowUpsTest() {
        database_ = state::Database::Open(folder_ / "state.db").value();
        records_ = std::make_unique<state::PeopleRecords>(*database_);
        follow_ups_ = std::make_unique<FollowUps>(FollowUpDeps{
            *records_,
            *store_,
            outbox_,
            clock_,
            [](std::string_view user) { return "u_of_" + std::string(user); }});
    }

    ~FollowUpsTest() override { database_.reset(); }

    Call PutCall(const std::string& user, Time at, CallStatus status = CallStatus::kOk) {
        Call call;
        call.call_id = ids_.Next(at);
        call.started_at = at;
        call.user = user;
        call.status = status;
        call.session_id = "session-of-" + user;
        store::Batch batch;
        batch.calls = {call};
        EXPECT_TRUE(store_->Commit(batch).Ok());
        return call;
    }

    void PutDay(const std::string& user, int days_ago, int calls) {
        for (int i = 0; i < calls; ++i) {
            PutCall(user, kNow - days_ago * kDay + i * std::chrono::minutes(1));
        }
    }

    void Say(const std::string& id, const Uuid& call, double score, const std::string& user = "") {
        Feedback feedback;
        feedback.id = id;
        feedback.created_at = clock_.now - std::chrono::minutes(1);
        feedback.call_id = call;
        feedback.score = score;
        feedback.user = user;
        store::Batch batch;
        batch.feedback = {feedback};
        EXPECT_TRUE(store_->Commit(batch).Ok());
    }

    std::vector<FollowUp> All() { return follow_ups_->List({}).value(); }

    std::vector<std::string> Subjects() {
        std::vector<std::string> subjects;
        for (const FollowUp& one : All()) {
            subjects.push_back(std::string(ToString(one.rule)) + " " + SubjectOf(one));
        }
        std::sort(subjects.begin(), subjects.end());
        return subjects;
    }

    Result<FollowUp> Change(const std::string& id, std::string_view body) {
        codec::JsonParser parser;
        const codec::JsonValue root = parser.Parse(body).value();
        return follow_ups_->Change(
            id,
            [&](FollowUp& one) { return ApplyChange(root, clock_.Now(), false, one); },
            nullptr
        );
    }

    const TestDirectory folder_;
    SetClock clock_;
    TakingOutbox outbox_;
    UuidSource ids_{1};
    std::unique_ptr<store::Store> store_ = store::NewMemoryStore();
    std::unique_ptr<state::Database> database_;
    std::unique_ptr<state::PeopleRecords> records_;
    std::unique_ptr<FollowUps> follow_ups_;
};

using Texts = std::vector<std::string>;
using What = FollowUps::What;

TEST_F(FollowUpsTest, BadFeedbackOpensOneForTheUserOfTheCall) {
    const Call call = PutCall("ada", kNow - kHour);
    const Call other = PutCall("bob", kNow - kHour);
    Say("1", call.call_id, -1);
    Say("2", other.call_id, 1);
    EXPECT_EQ(follow_ups_->Look(What::kFeedback).value(), 1);
    ASSERT_EQ(Subjects(), (Texts{"bad_feedback user ada"}));
    const FollowUp one = All().front();
    EXPECT_EQ(one.call_id, ToString(call.call_id));
    EXPECT_EQ(one.due_at, kNow + 2 * kDay);
    EXPECT_EQ(one.opened_at, kNow);
    // The same again, and more of the same user while it is open: nothing new.
    Say("3", call.call_id, -1);
    EXPECT_EQ(follow_ups_->Look(What::kFeedback).value(), 0);
    ASSERT_TRUE(Change(one.id, R"({"state":"closed","outcome":"solved"})").Ok());
    EXPECT_EQ(follow_ups_->Look(What::kFeedback).value(), 0) << "it was given before the end";
    clock_.now += kHour;
    Say("4", call.call_id, -0.5);
    EXPECT_EQ(follow_ups_->Look(What::kFeedback).value(), 1);
}

TEST_F(FollowUpsTest, FeedbackWaitsForItsCallAndThenStandsAlone) {
    const Uuid later = ids_.Next(kNow);
    Feedback early;
    early.id = "early";
    early.created_at = kNow;
    early.call_id = later;
    early.score = -1;
    store::Batch batch;
    batch.feedback = {early};
    ASSERT_TRUE(store_->Commit(batch).Ok());
    EXPECT_EQ(follow_ups_->Look(What::kFeedback).value(), 0);
    clock_.now += std::chrono::minutes(1);
    EXPECT_EQ(follow_ups_->Look(What::kFeedback).value(), 1);
    EXPECT_EQ(Subjects(), (Texts{"bad_feedback call " + ToString(later)}));
}

TEST_F(FollowUpsTest, UseIsLookedAtByTheWrittenNumbers) {
    for (int i = 0; i < 8; ++i) {
        const Time at = kNow - kHour - std::chrono::minutes(i);
        PutCall("unlucky", at, i < 5 ? CallStatus::kError : CallStatus::kOk);
        PutCall("usual", at, i < 4 ? CallStatus::kError : CallStatus::kOk);
    }
    for (int day = 1; day <= 28; ++day) {
        PutDay("falling", day, day <= 7 ? 1 : 10);
        PutDay("steady", day, 10);
        PutDay("small", day, day <= 7 ? 0 : 2);
    }
    for (const char* old : {"unlucky", "usual", "falling", "steady", "small"}) {
        PutDay(old, 100, 1);
    }
    for (int day = 1; day <= 4; ++day) {
        PutDay("eager", day, 30);
        PutDay("curious", day, 3);
    }
    EXPECT_EQ(follow_ups_->Look(What::kUse).value(), 3);
    EXPECT_EQ(
        Subjects(),
        (Texts{
            "drop_in_use user falling",
            "heavy_new_user user eager",
            "repeated_errors user unlucky"})
    );
    EXPECT_EQ(follow_ups_->Look(What::kUse).value(), 0);
    for (const FollowUp& one : All()) {
        ASSERT_TRUE(Change(one.id, R"({"state":"closed","outcome":"not_needed"})").Ok());
    }
    EXPECT_EQ(follow_ups_->Look(What::kUse).value(), 0) << "they rest for a while";
}

TEST_F(FollowUpsTest, ARuleThatIsOffFindsNothing) {
    const Call call = PutCall("ada", kNow - kHour);
    Say("1", call.call_id, -1);
    ASSERT_TRUE(
        follow_ups_->SetSettings(R"({"rules":{"bad_feedback":{"on":false}}})", {.at = kNow}).Ok()
    );
    EXPECT_EQ(follow_ups_->Look(What::kFeedback).value(), 0);
}

TEST_F(FollowUpsTest, WhatIsDueIsToldUnderAPseudonymAndAgainUntilItIsClosed) {
    FollowUp mine;
    mine.user = "ada";
    mine.due_at = kNow + kHour;
    const FollowUp one = follow_ups_->Open(mine, nullptr).value();
    ASSERT_TRUE(follow_ups_->Remind().Ok());
    EXPECT_TRUE(outbox_.taken.empty());
    clock_.now += kHour;
    ASSERT_TRUE(follow_ups_->Remind().Ok());
    ASSERT_TRUE(follow_ups_->Remind().Ok());
    ASSERT_EQ(outbox_.taken.size(), 1U);
    const auto& [channel, group] = outbox_.taken.front();
    EXPECT_EQ(channel, "desk");
    EXPECT_EQ(group.notices.front().title, "Follow-up due: u_of_ada");
    EXPECT_EQ(group.firing, 1);
    clock_.now += kDay;
    ASSERT_TRUE(follow_ups_->Remind().Ok());
    ASSERT_EQ(outbox_.taken.size(), 2U);
    EXPECT_NE(outbox_.taken[0].second.id, outbox_.taken[1].second.id);
    ASSERT_TRUE(Change(one.id, R"({"state":"closed","outcome":"solved"})").Ok());
    ASSERT_EQ(outbox_.taken.size(), 3U) << "whoever was told hears that it is over";
    EXPECT_EQ(outbox_.taken[2].second.firing, 0);
    clock_.now += 2 * kDay;
    ASSERT_TRUE(follow_ups_->Remind().Ok());
    EXPECT_EQ(outbox_.taken.size(), 3U);
}

TEST_F(FollowUpsTest, TheListIsPagedAndNarrowed) {
    for (int i = 0; i < 5; ++i) {
        FollowUp one;
        one.user = "user-" + std::to_string(i % 2);
        clock_.now += kHour;
        ASSERT_TRUE(follow_ups_->Open(one, nullptr).Ok());
    }
    const auto first = follow_ups_->List({.limit = 3}).value();
    const auto rest = follow_ups_->List({.before = first.back().id, .limit = 3}).value();
    ASSERT_EQ(first.size(), 3U);
    ASSERT_EQ(rest.size(), 2U);
    EXPECT_GT(first.back().opened_at, rest.front().opened_at);
    ASSERT_TRUE(Change(first.front().id, R"({"state":"closed","outcome":"other"})").Ok());
    EXPECT_EQ(follow_ups_->List({.state = "closed"})->size(), 1U);
    EXPECT_EQ(follow_ups_->List({.state = "unclosed"})->size(), 4U);
    EXPECT_EQ(follow_ups_->List({.subject = "user user-1"})->size(), 2U);
    EXPECT_EQ(follow_ups_->Find("nothing").error().code, ErrorCode::kNotFound);
}

TEST_F(FollowUpsTest, TheReportComparesBeforeAndAfter) {
    FollowUp one;
    one.id = "1";
    one.user = "ada";
    one.rule = FollowUpRule::kBadFeedback;
    one.opened_at = kNow - 10 * kDay;
    one.contacted_at = one.opened_at + 3 * kHour;
    one.closed_at = one.opened_at + 9 * kHour;
    one.state = FollowUpState::kClosed;
    one.outcome = FollowUpOutcome::kSolved;
    one.satisfaction_after = 0.5;
    FollowUp open;
    open.id = "2";
    open.user = "bob";
    open.due_at = kNow - kHour;
    open.opened_at = kNow - kDay;
    for (int day = 11; day <= 20; ++day) {
        const Call call = PutCall("ada", kNow - day * kDay, CallStatus::kError);
        Say("before-" + std::to_string(day), call.call_id, -1);
    }
    for (int day = 1; day <= 9; ++day) {
        const Call call = PutCall("ada", kNow - day * kDay);
        PutCall("ada", kNow - day * kDay + kHour);
        Say("after-" + std::to_string(day), call.call_id, day == 1 ? -1 : 1);
    }
    const auto report = ReportFollowUps({one, open}, kNow, *store_);
    ASSERT_TRUE(report.Ok());
    EXPECT_EQ(report->all.opened, 2);
    EXPECT_EQ(report->all.closed, 1);
    EXPECT_EQ(report->by_rule.at("bad_feedback").contacted, 1);
    EXPECT_EQ(report->by_outcome.at("solved"), 1);
    EXPECT_EQ(report->overdue, 1);
    EXPECT_EQ(report->median_hours_to_contact, 3);
    EXPECT_EQ(report->median_hours_to_close, 9);
    EXPECT_EQ(report->satisfaction_after_average, 0.5);
    EXPECT_EQ(report->compared, 1);
    EXPECT_EQ(report->before.calls, 10);
    EXPECT_EQ(report->before.ErrorRate(), 1.0);
    EXPECT_EQ(report->before.Satisfaction(), 0.0);
    EXPECT_EQ(report->after.calls, 18);
    EXPECT_EQ(report->after.ErrorRate(), 0.0);
    EXPECT_NEAR(*report->after.Satisfaction(), 8.0 / 9, 1e-12);
}

}  // namespace
}  // namespace sightglass::insight
