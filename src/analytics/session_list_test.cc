#include "analytics/session_list.h"

#include <set>

#include <gtest/gtest.h>

#include "store/memory.h"

namespace sightglass::analytics {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kNow = TimeFromMicros(1'795'305'687'000'000);

class SessionListTest : public testing::Test {
protected:
    /// A call of so many seconds.
    Call Add(const std::string& session, Time start, std::int64_t turn, int length_s = 1) {
        Call call;
        ++number_;
        call.call_id.bytes[14] = static_cast<std::uint8_t>(number_ >> 8);
        call.call_id.bytes[15] = static_cast<std::uint8_t>(number_);
        call.session_id = session;
        call.turn = turn;
        call.started_at = start;
        call.ended_at = start + seconds(length_s);
        call.status = CallStatus::kOk;
        call.fresh_input_tokens = 10;
        call.output_tokens = 5;
        call.model = "gpt-5";
        call.user = "anna";
        return call;
    }

    void Commit(std::vector<Call> calls, std::vector<Feedback> feedback = {}) {
        store::Batch batch;
        batch.calls = std::move(calls);
        batch.feedback = std::move(feedback);
        ASSERT_TRUE(store_->Commit(batch).Ok());
    }

    SessionPage List(const SessionListText& text) {
        const auto query = ParseSessionList(text, kNow);
        EXPECT_TRUE(query.Ok()) << query.error().message;
        auto page = ListSessions(*query, *store_);
        EXPECT_TRUE(page.Ok());
        return std::move(page).value();
    }

    std::vector<std::string> AllIds(SessionListText text) {
        std::vector<std::string> ids;
        do {
            const SessionPage page = List(text);
            for (const SessionSummary& session : page.sessions) {
                ids.push_back(session.session_id);
            }
            text.cursor = page.next;
        } while (!text.cursor.empty());
        return ids;
    }

    int number_ = 0;
    std::unique_ptr<store::Store> store_ = store::NewMemoryStore();
    const Time start_ = kNow - minutes(60);
};

TEST_F(SessionListTest, ASummarySaysWhatHappened) {
    std::vector<Call> calls = {
        Add("s", start_, 1, 10),
        Add("s", start_ + seconds(5), 1, 10),  // Beside the first.
        Add("s", start_ + seconds(60), 2, 2),
        Add("s", start_ + seconds(70), 2, 2)};
    calls[1].retry_of = ToString(calls[0].call_id);
    calls[2].model = "claude";
    calls[3].status = CallStatus::kError;
    const SessionSummary summary = SummaryOf({&calls[3], &calls[1], &calls[0], &calls[2]});
    EXPECT_EQ(summary.session_id, "s");
    EXPECT_EQ(summary.user, "anna");
    EXPECT_EQ(summary.started_at, start_);
    EXPECT_EQ(summary.duration_us, 72'000'000);
    EXPECT_EQ(summary.idle_us, 45'000'000 + 8'000'000);
    EXPECT_EQ(summary.calls, 4);
    EXPECT_EQ(summary.turns, 2);
    EXPECT_EQ(summary.repeats, 1);
    EXPECT_EQ(summary.errors, 1);
    EXPECT_TRUE(summary.abandoned);
    EXPECT_FALSE(summary.found);
    const Call found = Add("thr_0190", start_, 1);
    EXPECT_TRUE(SummaryOf({&found}).found);
    EXPECT_EQ(summary.input_tokens, 40);
    EXPECT_EQ(summary.output_tokens, 20);
    EXPECT_FALSE(summary.cost);
    EXPECT_EQ(summary.models, (std::vector<std::string>{"claude", "gpt-5"}));
}

TEST_F(SessionListTest, ASessionIsForWhatMostOfItsCallsAreFor) {
    std::vector<Call> calls;
    for (int turn = 1; turn <= 5; ++turn) {
        calls.push_back(Add("s", start_ + minutes(turn), turn));
    }
    calls[0].scenario = "writing";
    calls[0].scenario_confidence = 0.9;
    calls[1].scenario = calls[2].scenario = "coding";
    calls[1].scenario_confidence = calls[2].scenario_confidence = 0.5;
    calls[3].scenario = calls[4].scenario = "agent";
    calls[3].scenario_confidence = calls[4].scenario_confidence = 1.0;
    EXPECT_EQ(
        SummaryOf({&calls[0], &calls[1], &calls[2], &calls[3], &calls[4]}).scenario,
        "coding"
    );
    EXPECT_EQ(SummaryOf({&calls[3]}).scenario, "agent");
    const Call untold = Add("t", start_, 1);
    EXPECT_EQ(SummaryOf({&untold}).scenario, "");
}

TEST_F(SessionListTest, PagesHoldEachSessionOnceTheNewestFirst) {
    std::vector<Call> calls;
    for (int turn = 1; turn <= 3; ++turn) {
        for (int session = 0; session < 10; ++session) {
            const Time at = start_ + minutes(10 * turn) + seconds(session);
            calls.push_back(Add("s" + std::to_string(session), at, turn));
        }
    }
    Commit(std::move(calls));
    const std::vector<std::string> ids = AllIds({.limit = 3});
    ASSERT_EQ(ids.size(), 10U);
    EXPECT_EQ(ids.front(), "s9");
    EXPECT_EQ(ids.back(), "s0");
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 10U);
    EXPECT_EQ(List({}).sessions.front().calls, 3);
}

TEST_F(SessionListTest, ASessionIsWholeWhereAPartOfItIsInTheRange) {
    Commit({Add("s", start_, 1), Add("s", start_ + minutes(30), 2), Add("", start_, 1)});
    SessionListText text;
    text.from = FormatTime(start_ + minutes(20));
    const SessionPage page = List(text);
    ASSERT_EQ(page.sessions.size(), 1U);
    EXPECT_EQ(page.sessions[0].calls, 2);
    EXPECT_EQ(page.sessions[0].started_at, start_);
}

TEST_F(SessionListTest, IsSortedAndFilteredAsAsked) {
    std::vector<Call> calls;
    for (int session = 0; session < 7; ++session) {
        for (int turn = 1; turn <= 1 + session * 3 % 7; ++turn) {
            calls.push_back(Add("s" + std::to_string(session), start_ + seconds(number_), turn));
        }
    }
    Commit(std::move(calls));
    EXPECT_EQ(
        AllIds({.order_by = "calls", .limit = 2}),
        (std::vector<std::string>{"s2", "s4", "s6", "s1", "s3", "s5", "s0"})
    );
    EXPECT_EQ(AllIds({.filters = {"session_id:s3"}}), std::vector<std::string>{"s3"});
    EXPECT_TRUE(AllIds({.filters = {"user:ben"}}).empty());
}

TEST_F(SessionListTest, TheLastScoreIsTheOutcome) {
    const Call call = Add("s", start_, 1);
    Feedback bad;
    bad.id = "1";
    bad.created_at = start_;
    bad.call_id = call.call_id;
    bad.score = -1;
    Feedback good = bad;
    good.id = "2";
    good.created_at = start_ + seconds(9);
    good.call_id = Uuid();
    good.session_id = "s";
    good.score = 1;
    Commit({call, Add("t", start_, 1)}, {bad, good});
    const SessionPage page = List({});
    ASSERT_EQ(page.sessions.size(), 2U);
    for (const SessionSummary& session : page.sessions) {
        EXPECT_EQ(
            session.outcome,
            session.session_id == "s" ? SessionOutcome::kPositive : SessionOutcome::kUnknown
        );
    }
    const auto record = FindSession("s", start_ - minutes(1), kNow, *store_);
    ASSERT_TRUE(record.Ok());
    EXPECT_EQ(record->calls.size(), 1U);
    EXPECT_EQ(record->feedback.size(), 2U);
    EXPECT_EQ(record->summary.outcome, SessionOutcome::kPositive);
    EXPECT_EQ(FindSession("u", start_, kNow, *store_).error().code, ErrorCode::kNotFound);
}

TEST_F(SessionListTest, RefusesWhatItDoesNotKnow) {
    std::vector<std::string_view> allowed;
    EXPECT_FALSE(ParseSessionList({.order_by = "cost_usd"}, kNow, &allowed).Ok());
    EXPECT_FALSE(allowed.empty());
    EXPECT_FALSE(ParseSessionList({.limit = 0}, kNow).Ok());
    EXPECT_FALSE(ParseSessionList({.limit = 201}, kNow).Ok());
    EXPECT_FALSE(ParseSessionList({.cursor = "nonsense"}, kNow).Ok());
    EXPECT_FALSE(ParseSessionList({.order_by = "cost", .cursor = "-1"}, kNow).Ok());
    EXPECT_FALSE(ParseSessionList({.order_by = "cost", .cursor = "5x"}, kNow).Ok());
}

}  // namespace
}  // namespace sightglass::analytics
