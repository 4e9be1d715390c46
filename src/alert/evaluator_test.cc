#include "alert/evaluator.h"

#include <gtest/gtest.h>

#include "alert/alert_fixture.h"
#include "alert/replay.h"
#include "store/memory.h"
#include "store/store.h"

namespace sightglass::alert {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class EvaluatorTest : public MonitoringFixture {
protected:
    EvaluatorTest() : live_(clock_), store_(store::NewMemoryStore()) { Start(); }

    void Start() {
        evaluator_ = std::make_unique<Evaluator>(
            *monitoring_,
            EvaluatorDeps{
                .clock = clock_,
                .live = live_,
                .store = *store_,
                .own_figures = [this] { return own_; },
                .is_caught_up = [this] { return caught_up_; }}
        );
    }

    Call CallOf(std::string model, Time at, CallStatus status = CallStatus::kOk) {
        Call call;
        call.call_id = ids_.Next(at);
        call.model = std::move(model);
        call.api_key = "k-" + call.model;
        call.status = status;
        call.started_at = at;
        call.ended_at = at;
        call.cost = Money::FromNanoUsd(1'000'000'000);
        return call;
    }

    void Store(std::vector<Call> calls) {
        store::Batch batch;
        batch.calls = std::move(calls);
        ASSERT_TRUE(store_->Commit(batch).Ok());
    }

    void Make(const char* json) {
        auto monitor = ParseMonitor(json);
        ASSERT_TRUE(monitor.Ok()) << monitor.error().message;
        ASSERT_TRUE(monitoring_->Make(std::move(monitor).value()).Ok());
    }

    void LookLive() {
        clock_.now += seconds(1);
        evaluator_->LookLive(clock_.now);
    }

    void LookStored() {
        evaluator_->LookStored(clock_.now);
        LookLive();
    }

    live::Live live_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Evaluator> evaluator_;
    OwnFigures own_;
    bool caught_up_ = true;
    UuidSource ids_{1};
};

constexpr const char* kErrors =
    R"({"id":"errors","name":"Errors","metric":"error_rate","group_by":["model"],"window":"1m",
    "condition":{"op":">","value":0.1,"min_calls":2}})";

TEST_F(EvaluatorTest, LiveWindowsAreLookedAtEachSecond) {
    Make(kErrors);
    LookLive();
    clock_.now += minutes(2);
    const Time at = clock_.now;
    live_.Add(std::vector{
        CallOf("a", at, CallStatus::kError),
        CallOf("a", at),
        CallOf("b", at),
        CallOf("b", at),
        CallOf("c", at, CallStatus::kError)});
    LookLive();
    const AlertPage page = monitoring_->Alerts({});
    ASSERT_EQ(page.firing, 1);
    EXPECT_EQ(page.items[0].state.group, std::vector<std::string>{"a"});
    EXPECT_EQ(page.items[0].state.value, 0.5);
    EXPECT_EQ(outbox_.sent.size(), 1U);
    const auto view = monitoring_->FindMonitor("errors");
    EXPECT_EQ(view->last.groups, 3);
    EXPECT_EQ(view->last.judged, 2);
    EXPECT_TRUE(view->last.live);
    clock_.now += minutes(2);
    LookLive();
    EXPECT_EQ(monitoring_->Alerts({}).firing, 0);
}

TEST_F(EvaluatorTest, WhatWindowsDoNotKnowYetTheStoreIsAsked) {
    Store(
        {CallOf("a", clock_.now - seconds(30), CallStatus::kError),
         CallOf("a", clock_.now - seconds(20))}
    );
    Make(kErrors);
    LookLive();
    EXPECT_EQ(monitoring_->Alerts({}).firing, 0);
    LookStored();
    EXPECT_EQ(monitoring_->Alerts({}).firing, 1);
    EXPECT_FALSE(monitoring_->FindMonitor("errors")->last.live);
    // A minute later windows know all of it, and that it is over.
    clock_.now += minutes(1);
    LookLive();
    EXPECT_EQ(monitoring_->Alerts({}).firing, 0);
    EXPECT_TRUE(monitoring_->FindMonitor("errors")->last.live);
}

TEST_F(EvaluatorTest, NothingIsJudgedBeforeTheJournalIsReadAgain) {
    Make(R"({"id":"quiet","name":"Quiet","metric":"calls","window":"5s",
        "condition":{"op":"<","value":1}})");
    LookLive();
    caught_up_ = false;
    Start();
    clock_.now += minutes(1);
    LookLive();
    LookStored();
    EXPECT_EQ(monitoring_->FindMonitor("quiet")->last.at, Time{});
    caught_up_ = true;
    clock_.now += minutes(1);
    LookLive();
    EXPECT_EQ(monitoring_->Alerts({}).firing, 1);
}

TEST_F(EvaluatorTest, ADailyBudgetIsForecastByTheStore) {
    Make(R"({"id":"budget","name":"Budget","kind":"forecast","metric":"cost_usd","window":"1h",
        "condition":{"op":"<","value":5,"period":"24h","limit":10}})");
    clock_.now = Time(days(20'000)) + hours(12);
    std::vector<Call> calls;
    for (int i = 0; i < 4; ++i) {
        calls.push_back(CallOf("a", clock_.now - minutes(10)));
        calls.push_back(CallOf("a", Time(days(20'000)) - minutes(1)));  // Yesterday's.
    }
    Store(calls);
    LookLive();
    LookStored();
    // Four of ten dollars, four an hour: an hour and a half.
    ASSERT_EQ(monitoring_->Alerts({}).firing, 1);
    EXPECT_NEAR(monitoring_->Alerts({}).items[0].state.value.value_or(0), 1.5, 0.01);
}

TEST_F(EvaluatorTest, AKeyThatWasNeverSeenIsNewAndOneThatWasIsNot) {
    Make(R"({"id":"key","name":"New key","kind":"new","metric":"calls","group_by":["api_key"],
        "window":"10m","condition":{"op":">","value":0}})");
    Store({CallOf("old", clock_.now - days(3)), CallOf("old", clock_.now - minutes(1))});
    LookLive();
    LookStored();
    EXPECT_EQ(monitoring_->Alerts({}).firing, 0);
    Store({CallOf("fresh", clock_.now)});
    clock_.now += seconds(1);
    LookStored();
    ASSERT_EQ(monitoring_->Alerts({}).firing, 1);
    EXPECT_EQ(monitoring_->Alerts({}).items[0].state.group[0], "k-fresh");
    clock_.now += minutes(10);
    LookStored();
    EXPECT_EQ(monitoring_->Alerts({}).firing, 0);
    Store({CallOf("fresh", clock_.now)});
    clock_.now += seconds(1);
    LookStored();
    EXPECT_EQ(monitoring_->Alerts({}).firing, 0);
}

TEST_F(EvaluatorTest, InTheFirstDayNothingIsNew) {
    Make(R"({"id":"key","name":"New key","kind":"new","metric":"calls","group_by":["api_key"],
        "window":"10m","condition":{"op":">","value":0}})");
    Store({CallOf("a", clock_.now)});
    LookLive();
    LookStored();
    EXPECT_EQ(monitoring_->Alerts({}).firing, 0);
}

TEST_F(EvaluatorTest, OwnCountersAreOfTheWindow) {
    own_.dropped = 7;  // Long ago.
    Make(R"({"id":"drops","name":"Drops","metric":"dropped","window":"1m",
        "condition":{"op":">","value":0}})");
    for (int i = 0; i < 30; ++i) {
        LookLive();
    }
    EXPECT_EQ(monitoring_->Alerts({}).firing, 0);
    own_.dropped = 9;
    LookLive();
    ASSERT_EQ(monitoring_->Alerts({}).firing, 1);
    EXPECT_EQ(monitoring_->Alerts({}).items[0].state.value, 2);
    for (int i = 0; i < 70; ++i) {
        LookLive();
    }
    EXPECT_EQ(monitoring_->Alerts({}).firing, 0);
}

TEST_F(EvaluatorTest, LimitsThatProvidersStateAreAGroupEach) {
    Make(R"({"id":"limit","name":"Limit","kind":"headroom","metric":"limit_used_percent",
        "window":"1m","condition":{"op":">","value":90}})");
    Call call = CallOf("a", clock_.now);
    call.provider = "openai";
    call.limit_requests = 100;
    call.remaining_requests = 3;
    call.reset_requests_us = 60'000'000;
    call.limit_tokens = 1'000;
    call.remaining_tokens = 900;
    live_.Add(std::vector{call});
    LookLive();
    ASSERT_EQ(monitoring_->Alerts({}).firing, 1);
    EXPECT_EQ(
        monitoring_->Alerts({}).items[0].state.group,
        (std::vector<std::string>{"openai", "", "a", "k-a", "requests"})
    );
}

TEST_F(EvaluatorTest, AStoreThatAnswersNothingIsTroubleAndNoEnd) {
    Make(kErrors);
    const auto monitor = monitoring_->Enabled().front();
    Look({{"a", 0.5}});
    monitoring_->Take(monitor, Error{ErrorCode::kTimeout, "too slow"}, false, clock_.now);
    EXPECT_EQ(monitoring_->FindMonitor("errors")->last.trouble, "too slow");
    EXPECT_EQ(monitoring_->Alerts({}).firing, 1);
}

TEST_F(EvaluatorTest, ThreadsBeginAndEnd) {
    Make(kErrors);
    evaluator_->Start();
    for (int i = 0; i < 3'000 && monitoring_->FindMonitor("errors")->last.at == Time{}; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    evaluator_->Stop();
    EXPECT_NE(monitoring_->FindMonitor("errors")->last.at, Time{});
}

TEST(PeriodTest, MonthsAreTheCalendars) {
    const Time may = std::chrono::sys_days(std::chrono::May / 15 / 2026);
    const Period month = PeriodOf(may + hours(3), hours(24 * 30));
    EXPECT_EQ(month.begin, Time(std::chrono::sys_days(std::chrono::May / 1 / 2026)));
    EXPECT_EQ(month.end, Time(std::chrono::sys_days(std::chrono::June / 1 / 2026)));
    const Period day = PeriodOf(may + hours(3), hours(24));
    EXPECT_EQ(day.begin, may);
    EXPECT_EQ(day.end, may + hours(24));
}

using ReplayTest = EvaluatorTest;

TEST_F(ReplayTest, AMonitorIsReplayedWindowByWindow) {
    auto monitor = ParseMonitor(kErrors);
    ASSERT_TRUE(monitor.Ok());
    monitor->hold_for = minutes(1);
    const Time end = std::chrono::floor<minutes>(clock_.now);
    std::vector<Call> calls;
    for (int minute = 1; minute <= 10; ++minute) {
        const Time at = end - minutes(minute) + seconds(10);
        const bool bad = minute >= 4 && minute <= 6;
        calls.push_back(CallOf("a", at, bad ? CallStatus::kError : CallStatus::kOk));
        calls.push_back(CallOf("a", at));
        calls.push_back(CallOf("b", at));
        calls.push_back(CallOf("b", at));
    }
    Store(calls);
    const auto replay = ReplayMonitor(*monitor, *store_, end - minutes(10), end);
    ASSERT_TRUE(replay.Ok()) << replay.error().message;
    EXPECT_EQ(replay->alerts, 1);
    ASSERT_EQ(replay->groups.size(), 2U);
    const ReplayedGroup& group = replay->groups[0];
    EXPECT_EQ(group.group, std::vector<std::string>{"a"});
    EXPECT_EQ(group.points.size(), 10U);
    ASSERT_EQ(group.alerts.size(), 1U);
    EXPECT_EQ(group.alerts[0].pending_at, end - minutes(5));
    EXPECT_EQ(group.alerts[0].fired_at, end - minutes(4));
    EXPECT_EQ(group.alerts[0].resolved_at, end - minutes(2));
    EXPECT_EQ(group.alerts[0].value, 0.5);
}

TEST_F(ReplayTest, WhatHasNoPastIsRefused) {
    const auto monitor = ParseMonitor(R"({"id":"d","name":"D","metric":"dropped",
        "condition":{"op":">","value":0}})");
    ASSERT_TRUE(monitor.Ok());
    EXPECT_FALSE(ReplayMonitor(*monitor, *store_, clock_.now - hours(1), clock_.now).Ok());
}

}  // namespace
}  // namespace sightglass::alert
