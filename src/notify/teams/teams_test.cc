#include "notify/teams/teams.h"

#include <gtest/gtest.h>

#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

TEST(TeamsTest, WritesAnAdaptiveCard) {
    const OutgoingRequest sent =
        Composed(kTeams, {{"url", "https://prod.logic.azure.com/x?sig=1"}}, SampleGroup());
    EXPECT_EQ(sent.url, "https://prod.logic.azure.com/x?sig=1");
    EXPECT_EQ(
        sent.body,
        R"({"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive",)"
        R"("contentUrl":null,"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json",)"
        R"("type":"AdaptiveCard","version":"1.4","body":[{"type":"TextBlock",)"
        R"("text":"Firing \\(critical\\): Errors of checkout","weight":"Bolder","size":"Medium",)"
        R"("color":"Attention","wrap":true},{"type":"TextBlock","text":"12 % of calls \\<fail\\> & \\*more\\*",)"
        R"("wrap":true},{"type":"FactSet","facts":[{"title":"error\\_rate","value":"12 %"},)"
        R"({"title":"service","value":"checkout"},{"title":"Severity","value":"critical"},)"
        R"({"title":"Monitor","value":"Error rate"},)"
        R"({"title":"Since","value":"2026-11-22T19:00:00Z"}]}],"actions":[{"type":"Action.OpenUrl",)"
        R"("title":"Open in Sightglass","url":"https://sg.example/ui/alerts/1"}],)"
        R"("msteams":{"width":"full"}}}]})"
    );
}

TEST(TeamsTest, AStormStaysBelowTheSizeOfACard) {
    const OutgoingRequest sent = Composed(kTeams, {{"url", "https://a/x"}}, SampleStorm());
    EXPECT_LT(sent.body.size(), 28U << 10);
    EXPECT_NE(sent.body.find("and 4,980 more"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::notify
