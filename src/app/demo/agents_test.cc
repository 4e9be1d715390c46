#include "app/demo/agents.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "app/demo/opinion.h"
#include "codec/json.h"

namespace sightglass::demo {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr Time kNow = Time(std::chrono::sys_days(std::chrono::November / 20 / 2026)) + hours(16);

TEST(AgentsTest, AWeekHasRunsOfEveryAgentInTheOrderOfTheirStarts) {
    const std::vector<demo::Run> runs = RunsBetween(kNow - days(7), kNow, 1);
    std::map<std::string_view, int> counts;
    Time last = kNow - days(7);
    for (const demo::Run& run : runs) {
        ++counts[run.agent->service];
        ASSERT_GE(run.StartedAt(), last);
        ASSERT_LT(run.EndedAt(), kNow);
        last = run.StartedAt();
    }
    ASSERT_EQ(counts.size(), Agents().size());
    for (const AgentProfile& agent : Agents()) {
        EXPECT_NEAR(counts[agent.service], 7 * agent.runs_a_day, 4 * agent.runs_a_day);
    }
}

TEST(AgentsTest, TheSameRunsComeFromTheSameSeedWhateverTheRange) {
    const std::vector<demo::Run> week = RunsBetween(kNow - days(7), kNow, 1);
    const std::vector<demo::Run> day = RunsBetween(kNow - days(1), kNow, 1);
    std::set<std::string> known;
    for (const demo::Run& run : week) {
        EXPECT_TRUE(known.insert(run.trace_id).second);
    }
    ASSERT_FALSE(day.empty());
    for (const demo::Run& run : day) {
        EXPECT_TRUE(known.contains(run.trace_id));
    }
}

TEST(AgentsTest, StepsLieWithinTheStepThatTheyAreIn) {
    Random random(7);
    for (const AgentProfile& agent : Agents()) {
        const demo::Run run = MakeRun(agent, kNow, random);
        std::map<std::string, const Step*> steps;
        int calls = 0;
        for (const Step& step : run.steps) {
            ASSERT_LE(step.started_at, step.ended_at);
            if (&step != &run.steps.front()) {
                const Step* parent = steps[step.parent_span_id];
                ASSERT_NE(parent, nullptr) << step.profile->name;
                ASSERT_GE(step.started_at, parent->started_at);
                ASSERT_LE(step.ended_at, parent->ended_at);
            }
            calls += step.profile->kind == StepKind::kCall ? 1 : 0;
            steps[step.span_id] = &step;
        }
        EXPECT_EQ(steps.size(), run.steps.size());
        EXPECT_GE(calls, 2);
    }
}

TEST(AgentsTest, TheExportHoldsEveryStepOnce) {
    const std::vector<demo::Run> runs = RunsBetween(kNow - days(1), kNow, 1);
    codec::JsonParser parser;
    const std::string body = TraceExport(runs);
    const auto root = parser.Parse(body);
    ASSERT_TRUE(root.Ok());
    std::set<std::string> spans;
    root->Get("resourceSpans").ForEach([&](std::string_view, codec::JsonValue resource) {
        resource.Get("scopeSpans").ForEach([&](std::string_view, codec::JsonValue scope) {
            scope.Get("spans").ForEach([&](std::string_view, codec::JsonValue span) {
                EXPECT_EQ(span.Get("traceId").String()->size(), 32U);
                spans.emplace(*span.Get("spanId").String());
                return true;
            });
            return true;
        });
        return true;
    });
    std::size_t steps = 0;
    for (const demo::Run& run : runs) {
        steps += run.steps.size();
    }
    EXPECT_EQ(spans.size(), steps);
}

TEST(OpinionTest, WhoWaitsLongOrGetsAnErrorIsLessContent) {
    const ServiceProfile& chat = Services().front();
    const auto share = [&chat](const Experience& experience) {
        Random random(3);
        int content = 0;
        int all = 0;
        while (all < 2'000) {
            if (const auto opinion = OpinionOf(chat, experience, kNow, random)) {
                content += opinion->content ? 1 : 0;
                ++all;
            }
        }
        return static_cast<double>(content) / all;
    };
    const double usual = share({.slowest = std::chrono::seconds(3)});
    EXPECT_GT(usual, 0.88);
    EXPECT_LT(share({.slowest = std::chrono::seconds(14)}), usual - 0.2);
    EXPECT_LT(share({.slowest = std::chrono::seconds(3), .failed = true}), usual - 0.2);
}

TEST(OpinionTest, ServicesWithoutSessionsAreNotJudged) {
    Random random(3);
    for (const ServiceProfile& service : Services()) {
        for (int i = 0; service.turns_mean <= 1 && i < 200; ++i) {
            ASSERT_FALSE(OpinionOf(service, {}, kNow, random).has_value()) << service.name;
        }
    }
}

TEST(OpinionTest, CommentsComeInThreeLanguages) {
    Random random(5);
    std::set<std::string> comments;
    for (int i = 0; i < 3'000; ++i) {
        if (const auto opinion = OpinionOf(Services().front(), {}, kNow, random)) {
            comments.insert(opinion->comment);
        }
    }
    for (const char* one :
         {"Quick and to the point.", "Snel en duidelijk antwoord.", "回答又快又清楚。"}) {
        EXPECT_TRUE(comments.contains(one)) << one;
    }
}

}  // namespace
}  // namespace sightglass::demo
