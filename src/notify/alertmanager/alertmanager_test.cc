#include "notify/alertmanager/alertmanager.h"

#include <gtest/gtest.h>

#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

const Settings kSettings{{"url", "http://am:9093/"}};

TEST(AlertmanagerTest, AFiringAlertEndsInTheFuture) {
    const OutgoingRequest sent = Composed(kAlertmanager, kSettings, SampleGroup());
    EXPECT_EQ(sent.url, "http://am:9093/api/v2/alerts");
    EXPECT_EQ(
        sent.body,
        R"([{"labels":{"alert_key":"m1/service=checkout","alertname":"Error rate",)"
        R"("service":"checkout","severity":"critical","source":"sightglass"},)"
        R"("annotations":{"summary":"Errors of checkout",)"
        R"("description":"12 % of calls <fail> & *more*","value_error_rate":"12 %"},)"
        R"("startsAt":"2026-11-22T19:00:00Z","endsAt":"2026-11-23T19:04:00Z",)"
        R"("generatorURL":"https://sg.example/ui/alerts/1"}])"
    );
}

TEST(AlertmanagerTest, AResolvedAlertHasTheSameLabelsAndHasEnded) {
    const std::string firing = Composed(kAlertmanager, kSettings, SampleGroup()).body;
    const std::string over =
        Composed(kAlertmanager, kSettings, SampleGroup(NoticeState::kResolved)).body;
    EXPECT_EQ(
        firing.substr(0, firing.find("annotations")),
        over.substr(0, over.find("annotations"))
    );
    EXPECT_NE(over.find(R"("endsAt":"2026-11-22T19:04:00Z")"), std::string::npos);
}

TEST(AlertmanagerTest, NamesOfLabelsAreThoseOfPrometheus) {
    NoticeGroup group = SampleGroup();
    group.notices[0].labels = {{"tag:team", "a"}, {"9", "b"}, {"severity", "mine"}};
    const std::string body = Composed(kAlertmanager, kSettings, group).body;
    EXPECT_NE(
        body.find(R"("label9":"b","severity":"critical","source":"sightglass","tag_team":"a")"),
        std::string::npos
    );
}

TEST(AlertmanagerTest, SignsInAsItIsTold) {
    Settings settings = kSettings;
    settings["username"] = "u";
    settings["password"] = "p";
    EXPECT_EQ(
        Composed(kAlertmanager, settings, SampleGroup()).headers[1],
        NamedText("Authorization", "Basic dTpw")
    );
    settings["token"] = "t";
    EXPECT_EQ(
        Composed(kAlertmanager, settings, SampleGroup()).headers[1],
        NamedText("Authorization", "Bearer t")
    );
}

}  // namespace
}  // namespace sightglass::notify
