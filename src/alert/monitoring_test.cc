#include "alert/monitoring.h"

#include <gtest/gtest.h>

#include "alert/alert_fixture.h"
#include "alert/alert_text.h"
#include "codec/json.h"

namespace sightglass::alert {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

using MonitoringTest = MonitoringFixture;

TEST_F(MonitoringTest, AnAlertIsToldOnceAndItsEndToo) {
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    Look({{"a", 0.5}, {"b", 0.01}});
    ASSERT_EQ(outbox_.sent.size(), 1U);
    const notify::NoticeGroup fired = outbox_.sent[0].group;  // What is sent later moves it.
    EXPECT_EQ(fired.firing, 1);
    ASSERT_EQ(fired.notices.size(), 1U);
    EXPECT_EQ(fired.notices[0].title, "Errors: a");
    EXPECT_EQ(fired.notices[0].message, "error_rate is 50 %, above 10 %");
    EXPECT_EQ(fired.notices[0].labels, (std::vector<notify::NamedText>{{"model", "a"}}));
    EXPECT_EQ(fired.notices[0].started_at, clock_.now);
    Look({{"a", 0.5}});
    EXPECT_EQ(outbox_.sent.size(), 1U);
    clock_.now += minutes(1);
    Look({{"a", 0.02}});
    ASSERT_EQ(outbox_.sent.size(), 2U);
    EXPECT_EQ(outbox_.sent[1].group.firing, 0);
    EXPECT_EQ(outbox_.sent[1].group.group_key, fired.group_key);
    EXPECT_EQ(outbox_.sent[1].group.notices[0].state, notify::NoticeState::kResolved);
    EXPECT_EQ(outbox_.sent[1].group.notices[0].alert_key, fired.notices[0].alert_key);
    const auto events = monitoring_->History({});
    ASSERT_TRUE(events.Ok());
    ASSERT_EQ(events->size(), 2U);
    EXPECT_EQ(events->at(0).what, "resolved");
    EXPECT_EQ(events->at(1).what, "fired");
}

TEST_F(MonitoringTest, FiveThousandAlertsAreOneNoticeAndTheirEndIsAnother) {
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    std::vector<std::pair<std::string, std::optional<double>>> all;
    all.reserve(5'000);
    for (int i = 0; i < 5'000; ++i) {
        all.emplace_back("model-" + std::to_string(i), 0.5);
    }
    Look(all);
    ASSERT_EQ(outbox_.sent.size(), 1U);
    EXPECT_EQ(outbox_.sent[0].group.total, 5'000);
    EXPECT_EQ(outbox_.sent[0].group.firing, 5'000);
    EXPECT_EQ(outbox_.sent[0].group.notices.size(), notify::Outbox::kNoticesMax);
    AlertQuestion last;
    last.skip = 4'990;
    const AlertPage page = monitoring_->Alerts(last);
    EXPECT_EQ(page.firing, 5'000);
    EXPECT_EQ(page.items.size(), 10U);
    EXPECT_FALSE(page.more);
    Open();
    EXPECT_EQ(monitoring_->Alerts({}).firing, 5'000);
    clock_.now += minutes(1);
    Look({});
    ASSERT_EQ(outbox_.sent.size(), 2U);
    EXPECT_EQ(outbox_.sent[1].group.total, 5'000);
    EXPECT_EQ(outbox_.sent[1].group.firing, 0);
}

TEST_F(MonitoringTest, WhatFiresSoonAfterANoticeWaitsForTheNext) {
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    Look({{"a", 0.5}});
    Look({{"a", 0.5}, {"b", 0.6}});
    Look({{"a", 0.5}, {"b", 0.6}, {"c", 0.7}});
    EXPECT_EQ(outbox_.sent.size(), 1U);
    clock_.now += seconds(30);
    Look({{"a", 0.5}, {"b", 0.6}, {"c", 0.7}});
    ASSERT_EQ(outbox_.sent.size(), 2U);
    EXPECT_EQ(outbox_.sent[1].group.notices.size(), 2U);
    EXPECT_EQ(outbox_.sent[1].group.total, 3);
    EXPECT_EQ(outbox_.sent[1].group.notices[0].title, "Errors: c");
}

TEST_F(MonitoringTest, PendingGoesOnAfterARestartAndFiringIsNotToldAgain) {
    Monitor monitor = ErrorsByModel();
    monitor.hold_for = seconds(30);
    ASSERT_TRUE(monitoring_->Make(monitor).Ok());
    for (int i = 0; i < 20; ++i) {
        Look({{"a", 0.5}});
    }
    const Time since = monitoring_->Alerts({}).items.at(0).state.since;
    Open();
    const AlertPage pending = monitoring_->Alerts({});
    ASSERT_EQ(pending.pending, 1);
    EXPECT_EQ(pending.items.at(0).state.since, since);
    // Ten seconds of what was counted may be lost, and no more.
    for (int i = 0; i < 21; ++i) {
        Look({{"a", 0.5}});
    }
    EXPECT_EQ(monitoring_->Alerts({}).firing, 1);
    ASSERT_EQ(outbox_.sent.size(), 1U);
    Open();
    Look({{"a", 0.5}});
    EXPECT_EQ(monitoring_->Alerts({}).firing, 1);
    EXPECT_EQ(outbox_.sent.size(), 1U);
}

TEST_F(MonitoringTest, WhatWasHandedOverBeforeACrashIsNotSaidTwice) {
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    Look({{"a", 0.5}});
    ASSERT_EQ(outbox_.sent.size(), 1U);
    // As the state was kept before the notice was handed over.
    auto kept = records_->AllStates().value();
    ASSERT_EQ(kept.size(), 1U);
    AlertState state = ParseAlertState(kept[0].text).value();
    state.told = false;
    state.notice_key.clear();
    ASSERT_TRUE(
        records_->Keep(std::vector{state::NamedRecord{kept[0].name, ToJson(state)}}, {}).Ok()
    );
    Open();
    Look({{"a", 0.5}});
    EXPECT_EQ(outbox_.sent.size(), 1U);
}

TEST_F(MonitoringTest, OfSilencedAlertsNobodyIsToldUntilTheSilenceIsOver) {
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    Silence silence;
    silence.matchers = {{"monitor", "errors"}, {"model", "gpt*"}};
    silence.starts_at = clock_.now;
    silence.ends_at = clock_.now + hours(1);
    const auto made = monitoring_->Silence(silence);
    ASSERT_TRUE(made.Ok());
    Look({{"gpt-5", 0.5}, {"o3", 0.01}});
    EXPECT_TRUE(outbox_.sent.empty());
    EXPECT_EQ(monitoring_->Alerts({}).items.at(0).silenced_by, made->silence.id);
    EXPECT_EQ(monitoring_->Silences().at(0).alerts, 1);
    Open();
    Look({{"gpt-5", 0.5}});
    EXPECT_TRUE(outbox_.sent.empty());
    ASSERT_TRUE(monitoring_->EndSilence(made->silence.id).Ok());
    Look({{"gpt-5", 0.5}});
    EXPECT_EQ(outbox_.sent.size(), 1U);
    ASSERT_TRUE(monitoring_->EndSilence(made->silence.id).Ok());
    EXPECT_TRUE(monitoring_->Silences().empty());
}

TEST_F(MonitoringTest, RemindsOfWhatNobodyLooksAfter) {
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    Look({{"a", 0.5}, {"b", 0.5}});
    const std::string key = monitoring_->Alerts({}).items.at(0).state.key;
    const auto acknowledged = monitoring_->Acknowledge(key, "Anna", "known");
    ASSERT_TRUE(acknowledged.Ok());
    EXPECT_EQ(acknowledged->state.acknowledged_by, "Anna");
    clock_.now += hours(4);
    Look({{"a", 0.5}, {"b", 0.5}});
    ASSERT_EQ(outbox_.sent.size(), 2U);
    ASSERT_EQ(outbox_.sent[1].group.notices.size(), 1U);
    EXPECT_NE(outbox_.sent[1].group.notices[0].alert_key, key);
    EXPECT_EQ(outbox_.sent[1].group.notices[0].state, notify::NoticeState::kReminder);
    EXPECT_EQ(monitoring_->Acknowledge("errors.none", "A", "").error().code, ErrorCode::kNotFound);
    const auto events = monitoring_->History({.alert_key = key});
    ASSERT_TRUE(events.Ok());
    EXPECT_EQ(events->front().what, "acknowledged");
}

TEST_F(MonitoringTest, AReceiverThatForgetsHearsAgainEvenOfWhatIsAcknowledged) {
    outbox_.channels = {"ops", "forgetful"};
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    Look({{"a", 0.5}});
    EXPECT_EQ(outbox_.sent.size(), 2U);
    const std::string key = monitoring_->Alerts({}).items.at(0).state.key;
    ASSERT_TRUE(monitoring_->Acknowledge(key, "Anna", "").Ok());
    for (int minute = 0; minute < 11; ++minute) {
        clock_.now += minutes(1);
        Look({{"a", 0.5}});
    }
    ASSERT_EQ(outbox_.sent.size(), 4U);
    EXPECT_EQ(outbox_.sent[2].channel, "forgetful");
    EXPECT_EQ(outbox_.sent[3].channel, "forgetful");
    EXPECT_EQ(outbox_.sent[3].group.notices[0].state, notify::NoticeState::kReminder);
}

TEST_F(MonitoringTest, TheFirstRouteThatFitsSaysWhoIsTold) {
    outbox_.channels = {"ops", "team", "own"};
    const auto routes = ParseRoutes(
        R"({"items":[{"name":"critical","matchers":[{"name":"severity","value":"critical"}],
        "channels":["ops"],"wait":"3s"},{"name":"team","matchers":[{"name":"team","value":"search"}],
        "channels":["team"]}]})"
    );
    ASSERT_TRUE(routes.Ok()) << routes.error().message;
    ASSERT_TRUE(monitoring_->SetRoutes(*routes).Ok());
    Open();
    EXPECT_EQ(monitoring_->Routes(), *routes);
    Monitor critical = ErrorsByModel();
    critical.severity = Severity::kCritical;
    critical.team = "search";
    Monitor team = critical;
    team.id = "team";
    team.severity = Severity::kInfo;
    Monitor own = team;
    own.id = "own";
    own.channels = {"own"};
    for (const Monitor& monitor : {critical, team, own}) {
        ASSERT_TRUE(monitoring_->Make(monitor).Ok());
    }
    Look({{"a", 0.5}});
    ASSERT_EQ(outbox_.sent.size(), 2U);
    EXPECT_EQ(outbox_.sent[0].channel, "own");
    EXPECT_EQ(outbox_.sent[1].channel, "team");
    clock_.now += seconds(3);
    Look({{"a", 0.5}});
    ASSERT_EQ(outbox_.sent.size(), 3U);
    EXPECT_EQ(outbox_.sent[2].channel, "ops");
}

TEST_F(MonitoringTest, AlertsEndWithTheirMonitorAndThoseWhoWereToldHearIt) {
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    Look({{"a", 0.5}});
    ASSERT_TRUE(monitoring_->Remove("errors").Ok());
    clock_.now += minutes(1);
    Look({});
    ASSERT_EQ(outbox_.sent.size(), 2U);
    EXPECT_EQ(outbox_.sent[1].group.firing, 0);
    EXPECT_FALSE(monitoring_->FindMonitor("errors").has_value());
    clock_.now += minutes(1);
    Look({});
    EXPECT_TRUE(records_->AllStates()->empty());
    EXPECT_EQ(monitoring_->Remove("errors").error().code, ErrorCode::kNotFound);
}

TEST_F(MonitoringTest, ChangesOfTheThresholdKeepAlertsAndOfTheMetricEndThem) {
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    Look({{"a", 0.5}});
    const auto change = [&](const std::function<void(Monitor&)>& how) {
        return monitoring_->Change("errors", [&](const Monitor& was) -> Result<Monitor> {
            Monitor changed = was;
            how(changed);
            return changed;
        });
    };
    ASSERT_TRUE(change([](Monitor& monitor) { monitor.condition.value = 0.2; }).Ok());
    EXPECT_EQ(monitoring_->Alerts({}).firing, 1);
    ASSERT_TRUE(change([](Monitor& monitor) { monitor.metric = "rate_limited_rate"; }).Ok());
    EXPECT_EQ(monitoring_->Alerts({}).firing, 0);
    ASSERT_TRUE(change([](Monitor& monitor) { monitor.enabled = false; }).Ok());
    EXPECT_TRUE(monitoring_->Enabled().empty());
}

TEST_F(MonitoringTest, ARecommendedMonitorThatWasChangedBecomesAgainWhatItWas) {
    Monitor given = ErrorsByModel();
    given.recommended = true;
    recommended_ = {given};
    Open();
    EXPECT_EQ(monitoring_->Remove("errors").error().code, ErrorCode::kConflict);
    Monitor changed = given;
    changed.enabled = false;
    ASSERT_TRUE(monitoring_->Put(changed).Ok());
    Open();
    const auto kept = monitoring_->FindMonitor("errors");
    ASSERT_TRUE(kept.has_value());
    EXPECT_TRUE(kept->changed);
    EXPECT_FALSE(kept->monitor->enabled);
    EXPECT_TRUE(kept->monitor->recommended);
    ASSERT_TRUE(monitoring_->Remove("errors").Ok());
    EXPECT_FALSE(monitoring_->FindMonitor("errors")->changed);
    EXPECT_TRUE(records_->All("monitor")->empty());
}

TEST_F(MonitoringTest, UntoldAlertsAreToldOnceThereIsAChannel) {
    outbox_.channels.clear();
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    Look({{"a", 0.5}});
    EXPECT_FALSE(monitoring_->Alerts({}).items.at(0).state.told);
    outbox_.channels = {"ops"};
    Look({{"a", 0.5}});
    EXPECT_EQ(outbox_.sent.size(), 1U);
}

TEST_F(MonitoringTest, GroupsAreBoundedAndTheRestIsCounted) {
    ASSERT_TRUE(monitoring_->Make(ErrorsByModel()).Ok());
    std::vector<std::pair<std::string, std::optional<double>>> all;
    for (std::size_t i = 0; i < kGroupsMax + 5; ++i) {
        all.emplace_back(std::to_string(i), 0.5);
    }
    Look(all);
    EXPECT_EQ(monitoring_->Alerts({}).firing, static_cast<std::int64_t>(kGroupsMax));
    EXPECT_EQ(monitoring_->FindMonitor("errors")->last.left_out, 5);
}

TEST(AlertTextTest, PlaceholdersAreFilledInAndOthersStay) {
    Monitor monitor;
    monitor.name = "Errors";
    monitor.metric = "error_rate";
    monitor.group_by = {"model", "service"};
    monitor.condition.value = 0.1;
    monitor.message = "{value} of {model} for {service}, over {threshold} {other} {";
    AlertState state;
    state.group = {"gpt-5", ""};
    state.value = 0.25;
    EXPECT_EQ(MessageOf(monitor, state), "25 % of gpt-5 for unknown, over 10 % {other} {");
    EXPECT_EQ(TitleOf(monitor, state), "Errors: gpt-5, unknown");
    EXPECT_EQ(AlertKey("errors", {}), "errors");
    EXPECT_NE(AlertKey("errors", {"a", "b"}), AlertKey("errors", {"ab", ""}));
    EXPECT_EQ(AlertKey("errors", {"a"}).size(), std::string("errors.").size() + 16);
}

}  // namespace
}  // namespace sightglass::alert
