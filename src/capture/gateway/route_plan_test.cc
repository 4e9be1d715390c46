#include "capture/gateway/route_plan.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

using Kind = TryFailure::Kind;

constexpr TryFailure kRefused{Kind::kConnect};
constexpr TryFailure kServerError{Kind::kStatus, 503};

class RoutePlanTest : public ::testing::Test {
protected:
    static Upstream Group(std::string name, std::size_t targets) {
        Upstream upstream{std::move(name), "", "openai", ""};
        for (std::size_t i = 0; i < targets; ++i) {
            TargetSettings target;
            target.base_url = "http://" + upstream.name + std::to_string(i);
            upstream.targets.push_back(std::move(target));
        }
        return upstream;
    }

    void Start(const std::vector<Upstream>& upstreams) {
        auto made = Router::Create(upstreams);
        ASSERT_TRUE(made.Ok()) << made.error().message;
        router = std::move(made).value();
        plan.Start(router->upstreams().front(), demand.now_us);
    }

    static std::string Label(const Step& step) {
        return step.target == nullptr ? "none" : step.target->label;
    }

    std::string First() { return Label(last = plan.First(demand)); }

    std::string Again(const TryFailure& failure) {
        return Label(last = plan.Again(demand, failure));
    }

    TargetState& State(std::size_t target) const { return *router->targets()[target].state; }

    void Open(std::size_t target) {
        for (int i = 0; i < 5; ++i) {
            State(target)
                .breaker.Failed(CircuitBreaker::Entry::kNormal, demand.now_us, BreakerSettings());
        }
    }

    std::shared_ptr<const Router> router;
    RoutePlan plan;
    Demand demand{.model = "m", .now_us = 1'000'000};
    Step last;
};

TEST_F(RoutePlanTest, GoesToTheOthersAtOnceAndThenToTheSameAfterAWait) {
    Start({Group("a", 2)});
    EXPECT_EQ(First(), "a/1");
    EXPECT_EQ(Again(kServerError), "a/2");
    EXPECT_EQ(last.wait, Duration());
    EXPECT_EQ(Again(kServerError).substr(0, 2), "a/");
    EXPECT_GE(last.wait, std::chrono::milliseconds(200)) << "half of the second backoff";
    EXPECT_EQ(Again(kServerError), "none") << "two more tries are the default";
}

TEST_F(RoutePlanTest, AnUpstreamOfOneTargetIsTriedOnceUnlessToldOtherwise) {
    Upstream upstream = Group("a", 1);
    Start({upstream});
    EXPECT_TRUE(router->upstreams().front().plain);
    upstream.retry.tries_max = 1;
    Start({upstream});
    EXPECT_FALSE(router->upstreams().front().plain);
    EXPECT_EQ(First(), "a");
    EXPECT_EQ(Again(kRefused), "a");
    EXPECT_GT(last.wait, Duration());
    EXPECT_EQ(Again(kRefused), "none");
}

TEST_F(RoutePlanTest, WhatIsNotRetryableEndsIt) {
    Start({Group("a", 2)});
    First();
    EXPECT_EQ(Again({Kind::kStatus, 400}), "none");
}

TEST_F(RoutePlanTest, WaitsForRetryAfterUpToABound) {
    Upstream upstream = Group("a", 1);
    upstream.retry.tries_max = 3;
    Start({upstream});
    First();
    plan.current().Block(demand.now_us + 4'000'000);
    EXPECT_EQ(Again({Kind::kStatus, 429}), "a");
    EXPECT_EQ(last.wait, std::chrono::seconds(4));
    plan.current().Block(demand.now_us + 11'000'000);
    EXPECT_EQ(Again({Kind::kStatus, 429}), "none");
    EXPECT_EQ(State(0).in_flight, 0);
    plan.current().ReadLimits(Call(), demand.now_us);
    plan.current().Block(demand.now_us);
    EXPECT_EQ(plan.current().BlockedUntil(), 0) << "there is no try any more";
}

TEST_F(RoutePlanTest, AFallbackThatComesFirstSaysWhatStoodInTheWay) {
    Upstream first = Group("a", 1);
    first.fallbacks = {{"b", "", ""}};
    Start({first, Group("b", 1)});
    Open(0);
    EXPECT_EQ(First(), "b");
    EXPECT_EQ(last.refusal, Readiness::kOpen);
}

TEST_F(RoutePlanTest, FallbacksComeInTheirOrderForTheirModels) {
    Upstream first = Group("a", 1);
    first.fallbacks = {{"b", "", "other"}, {"", "small", ""}, {"b", "tiny", "m*"}};
    Start({first, Group("b", 1)});
    EXPECT_EQ(First(), "a");
    EXPECT_EQ(last.fallback, nullptr);
    EXPECT_EQ(Again(kServerError), "a");
    ASSERT_NE(last.fallback, nullptr);
    EXPECT_EQ(last.fallback->model, "small");
    EXPECT_EQ(Again(kServerError), "b");
    EXPECT_EQ(last.fallback->model, "tiny");
    EXPECT_EQ(Again(kServerError), "none");
}

TEST_F(RoutePlanTest, AModelThatCannotBeReplacedLeavesOnlyFallbacksThatKeepIt) {
    Upstream first = Group("a", 1);
    first.fallbacks = {{"", "small", ""}, {"b", "", ""}};
    Start({first, Group("b", 1)});
    First();
    demand.model_fixed = true;
    EXPECT_EQ(Again(kServerError), "b");
}

TEST_F(RoutePlanTest, WhoIsReadyElsewhereComesBeforeWhoIsExhaustedOrOpenHere) {
    Upstream first = Group("a", 2);
    first.fallbacks = {{"b", "", ""}};
    Start({first, Group("b", 1)});
    Open(0);
    const Target& target = router->targets()[1];
    State(1).headroom.Take(HeadroomKey(target, demand), demand.now_us)->Block(2'000'000);
    EXPECT_EQ(First(), "b");
    Open(2);
    plan.Start(router->upstreams().front(), demand.now_us);
    EXPECT_EQ(First(), "a/2") << "at its limit, but well";
    Open(1);
    plan.Start(router->upstreams().front(), demand.now_us);
    EXPECT_EQ(First().substr(0, 1), "a") << "somebody is tried when all are open";
    EXPECT_EQ(Again(kServerError), "none") << "and nobody else is troubled";
}

TEST_F(RoutePlanTest, OneProbeGoesToATargetThatIsHalfOpen) {
    Start({Group("a", 2)});
    Open(0);
    Open(1);
    demand.now_us += 6'000'000;
    State(1).breaker.Succeeded(CircuitBreaker::Entry::kForced, demand.now_us);
    RoutePlan other;
    other.Start(router->upstreams().front(), demand.now_us);
    std::string seen = First();
    for (int i = 0; i < 3; ++i) {
        seen += " " + Label(other.First(demand));
    }
    EXPECT_EQ(seen, "a/1 a/2 a/2 a/2");
}

TEST_F(RoutePlanTest, SaysWhatStandsInTheWay) {
    Upstream upstream = Group("a", 2);
    upstream.targets[0].key = Secret("secret");
    upstream.targets[1].models = {"other"};
    Start({upstream});
    EXPECT_EQ(First(), "none");
    EXPECT_EQ(last.refusal, Readiness::kKeyNeeded);

    upstream = Group("a", 1);
    upstream.targets[0].models = {"other"};
    Start({upstream});
    EXPECT_EQ(First(), "none");
    EXPECT_EQ(last.refusal, Readiness::kUnfit);

    upstream = Group("a", 1);
    upstream.targets[0].concurrent_max = 1;
    Start({upstream});
    RoutePlan other;
    other.Start(router->upstreams().front(), demand.now_us);
    EXPECT_EQ(First(), "a");
    const Step refused = other.First(demand);
    EXPECT_EQ(refused.target, nullptr);
    EXPECT_EQ(refused.refusal, Readiness::kFull);
    plan.current().End();
    EXPECT_NE(other.First(demand).target, nullptr);
}

TEST_F(RoutePlanTest, TheBudgetBoundsRetriesButNotGoingAroundWhoIsDead) {
    Upstream upstream = Group("a", 2);
    upstream.retry.budget_percent = 0;
    upstream.breaker.failures = 0;
    Start({upstream});
    First();
    EXPECT_EQ(Again(kServerError), "none");
    plan.Start(router->upstreams().front(), demand.now_us);
    EXPECT_EQ(First(), "a/2");
    EXPECT_EQ(Again(kRefused), "a/1");
    EXPECT_EQ(Again(kRefused), "none");
}

TEST_F(RoutePlanTest, TriesAreCountedWhileTheyAreUnderWay) {
    Start({Group("a", 2)});
    First();
    EXPECT_EQ(State(0).in_flight, 1);
    Again(kRefused);
    EXPECT_EQ(State(0).in_flight, 0);
    EXPECT_EQ(State(1).in_flight, 1);
    plan.current().End();
    EXPECT_EQ(State(1).in_flight, 0);
}

}  // namespace
}  // namespace sightglass::capture
