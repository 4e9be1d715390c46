#include "capture/gateway/balancer.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "capture/gateway/routing.h"
#include "capture/gateway/target_try.h"

namespace sightglass::capture {
namespace {

class BalancerTest : public ::testing::Test {
protected:
    /// An upstream whose targets have these weights.
    void Start(Balancing balancing, const std::vector<int>& weights) {
        Upstream upstream{"a", "", "openai", ""};
        upstream.balancing = balancing;
        for (const int weight : weights) {
            TargetSettings target;
            target.base_url = "http://h" + std::to_string(upstream.targets.size());
            target.weight = weight;
            upstream.targets.push_back(target);
        }
        auto made = Router::Create({upstream});
        ASSERT_TRUE(made.Ok()) << made.error().message;
        router = std::move(made).value();
    }

    const UpstreamRoute& Route() const { return router->upstreams().front(); }

    TargetState& State(std::size_t place) const { return *Route().targets[place].state; }

    std::size_t ChooseOne(TargetSet set) const {
        return static_cast<std::size_t>(&Choose(Route(), demand, set) - Route().targets.data());
    }

    /// How often each target is chosen in `rounds`.
    std::map<std::size_t, int> Count(TargetSet set, int rounds) {
        std::map<std::size_t, int> counts;
        for (int i = 0; i < rounds; ++i) {
            demand.random = static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15U;
            demand.session_hash = HashOfText("session " + std::to_string(i));
            ++counts[ChooseOne(set)];
        }
        return counts;
    }

    /// What is known of a target's limits for the demand.
    Headroom& Limits(std::size_t place) {
        const Target& target = Route().targets[place];
        return *target.state->headroom.Take(HeadroomKey(target, demand), demand.now_us);
    }

    TargetSet Ready() const { return FindTargets(Route(), demand, Readiness::kReady, 0); }

    static constexpr TargetSet kAll = 0b111;

    std::shared_ptr<const Router> router;
    Demand demand;
};

TEST_F(BalancerTest, RoundRobinFollowsTheWeightsEvenly) {
    Start(Balancing::kRoundRobin, {5, 1, 1});
    std::string order;
    for (int i = 0; i < 7; ++i) {
        order += static_cast<char>('a' + ChooseOne(kAll));
    }
    EXPECT_EQ(order, "aabacaa");
    EXPECT_EQ(Count(kAll, 700), (std::map<std::size_t, int>{{0, 500}, {1, 100}, {2, 100}}));
    EXPECT_EQ(Count(0b110, 100).count(0), 0U) << "who is no candidate is passed over";
}

TEST_F(BalancerTest, LeastInFlightCountsByWeight) {
    Start(Balancing::kLeastInFlight, {1, 1, 4});
    State(0).in_flight = 2;
    State(1).in_flight = 1;
    State(2).in_flight = 6;
    EXPECT_EQ(ChooseOne(kAll), 2U);
    State(2).in_flight = 9;
    EXPECT_EQ(ChooseOne(kAll), 1U);
    EXPECT_EQ(ChooseOne(0b101), 2U);
}

TEST_F(BalancerTest, LeastInFlightSpreadsWhatIsEqual) {
    Start(Balancing::kLeastInFlight, {1, 1, 1});
    EXPECT_EQ(Count(kAll, 300), (std::map<std::size_t, int>{{0, 100}, {1, 100}, {2, 100}}));
}

TEST_F(BalancerTest, LatencyPrefersTheFasterOfTwo) {
    Start(Balancing::kLatency, {1, 1, 1});
    State(0).latency.Add(100'000, 0);
    State(1).latency.Add(1'000'000, 0);
    State(2).latency.Add(2'000'000, 0);
    const auto counts = Count(kAll, 3'000);
    EXPECT_EQ(counts.count(2), 0U) << "it is the slower one of every pair";
    EXPECT_NEAR(counts.at(0), 2'000, 150);
    EXPECT_EQ(ChooseOne(0b100), 2U);
    State(0).in_flight = 50;
    EXPECT_EQ(Count(0b011, 10).at(1), 10) << "a fast one with a queue is slow";
}

TEST_F(BalancerTest, WhoHasNotAnsweredWellYetPassesForAsFastAsTheOther) {
    Start(Balancing::kLatency, {1, 1});
    State(1).latency.Add(100'000, 0);
    EXPECT_NEAR(Count(0b011, 2'000).at(1), 1'000, 150) << "who refuses at once draws no traffic";
    State(0).in_flight = 1;
    EXPECT_EQ(Count(0b011, 10).at(1), 10);
}

TEST_F(BalancerTest, WhoComesAgainTakesNobodysTurn) {
    Start(Balancing::kRoundRobin, {1, 1});
    for (int i = 0; i < 6; ++i) {
        demand.again = false;
        EXPECT_EQ(ChooseOne(0b011), static_cast<std::size_t>(i % 2));
        demand.again = true;
        ChooseOne(0b010);
    }
}

TEST_F(BalancerTest, CallersWithKeysOfTheirOwnHaveLimitsOfTheirOwn) {
    Upstream upstream{"a", "", "openai", ""};
    upstream.targets.resize(2);
    upstream.targets[0].base_url = "http://a";
    upstream.targets[1].base_url = "http://b";
    upstream.targets[1].key = Secret("sk-own");
    auto made = Router::Create({upstream});
    ASSERT_TRUE(made.Ok()) << made.error().message;
    router = std::move(made).value();
    demand.now_us = 1'000'000;
    demand.known_caller = true;
    demand.account_hash = 1;
    Limits(0).Block(9'000'000);
    Limits(1).Block(9'000'000);
    EXPECT_EQ(Ready(), TargetSet{0});
    demand.account_hash = 2;
    EXPECT_EQ(Ready(), TargetSet{0b001}) << "the key of the other target is the same for all";
}

TEST_F(BalancerTest, HeadroomPrefersWhoHasMostLeft) {
    Start(Balancing::kHeadroom, {1, 1, 1});
    Call call;
    call.limit_requests = 100;
    call.reset_requests_us = 60'000'000;
    for (const auto& [place, left] : {std::pair{0, 20}, {1, 70}, {2, 50}}) {
        call.remaining_requests = left;
        Limits(static_cast<std::size_t>(place)).Update(call, 0, 1);
    }
    demand.now_us = 2;
    EXPECT_EQ(ChooseOne(kAll), 1U);
    Limits(1).in_flight = 30;
    EXPECT_EQ(ChooseOne(kAll), 2U);
    demand.model_hash = 1;
    EXPECT_EQ(Count(kAll, 30).size(), 3U) << "of another model nothing is known";
}

TEST_F(BalancerTest, ASessionStaysAndMovesOnlyWhenItsTargetGoes) {
    Start(Balancing::kSticky, {1, 1, 2});
    const auto counts = Count(kAll, 4'000);
    EXPECT_NEAR(counts.at(0), 1'000, 150);
    EXPECT_NEAR(counts.at(2), 2'000, 150);
    for (int i = 0; i < 200; ++i) {
        demand.session_hash = HashOfText("session " + std::to_string(i));
        const std::size_t home = ChooseOne(kAll);
        EXPECT_EQ(ChooseOne(kAll), home);
        const std::size_t gone = (home + 1) % 3;
        EXPECT_EQ(ChooseOne(kAll & ~(TargetSet{1} << gone)), home);
    }
}

TEST_F(BalancerTest, TargetsThatAreOpenExhaustedOrFullAreNotReady) {
    Start(Balancing::kRoundRobin, {1, 1, 1});
    demand.now_us = 1'000'000;
    for (int i = 0; i < 5; ++i) {
        State(0).breaker.Failed(CircuitBreaker::Entry::kNormal, demand.now_us, BreakerSettings());
    }
    Limits(1).Block(2'000'000);
    EXPECT_EQ(Ready(), TargetSet{0b100});
    EXPECT_EQ(FindTargets(Route(), demand, Readiness::kOpen, 0), TargetSet{0b001});
    EXPECT_EQ(FindTargets(Route(), demand, Readiness::kExhausted, 0), TargetSet{0b010});
    EXPECT_EQ(FindTargets(Route(), demand, Readiness::kReady, 0b100), TargetSet{0});
    demand.now_us = 7'000'000;
    EXPECT_EQ(Ready(), TargetSet{0b111}) << "the open one may be probed";
}

TEST_F(BalancerTest, ATargetServesItsModelsAndItsKeyServesKnownCallers) {
    Upstream upstream{"a", "", "openai", ""};
    upstream.targets.resize(2);
    upstream.targets[0].base_url = "http://a";
    upstream.targets[0].models = {"gpt-4o*", "o3"};
    upstream.targets[1].base_url = "http://b";
    upstream.targets[1].key = Secret("secret");
    upstream.targets[1].concurrent_max = 1;
    router = std::move(Router::Create({upstream})).value();
    demand.model = "gpt-4o-mini";
    EXPECT_EQ(Ready(), TargetSet{0b01});
    demand.known_caller = true;
    EXPECT_EQ(Ready(), TargetSet{0b11});
    demand.model = "gpt-4";
    EXPECT_EQ(Ready(), TargetSet{0b10});
    State(1).in_flight = 1;
    EXPECT_EQ(FindTargets(Route(), demand, Readiness::kFull, 0), TargetSet{0b10});
    demand.model = "";
    EXPECT_EQ(Ready(), TargetSet{0b01}) << "an unknown model may go to anybody";
}

TEST_F(BalancerTest, ATargetsOwnLimitsOfAMinuteAreKept) {
    Upstream upstream{"a", "", "openai", ""};
    upstream.targets.resize(2);
    upstream.targets[0].base_url = "http://a";
    upstream.targets[0].requests_max = 2;
    upstream.targets[1].base_url = "http://b";
    upstream.targets[1].tokens_max = 1'000;
    router = std::move(Router::Create({upstream})).value();
    demand.now_us = 100'000'000;
    demand.tokens = 400;
    TargetTry first;
    EXPECT_TRUE(first.Begin(Route().targets[0], demand, true));
    first.End();
    EXPECT_EQ(Ready(), TargetSet{0b11});
    EXPECT_TRUE(first.Begin(Route().targets[0], demand, true));
    first.End();
    EXPECT_FALSE(first.Begin(Route().targets[0], demand, true));
    EXPECT_EQ(Ready(), TargetSet{0b10});
    EXPECT_EQ(FindTargets(Route(), demand, Readiness::kFull, 0), TargetSet{0b01});
    TargetTry second;
    TargetTry third;
    EXPECT_TRUE(second.Begin(Route().targets[1], demand, true));
    EXPECT_TRUE(third.Begin(Route().targets[1], demand, true));
    EXPECT_EQ(Ready(), TargetSet{0});
    EXPECT_EQ(SecondsUntilRoom(Route(), demand), 61);
    Call call;
    call.output_tokens = 100;
    second.CountTokens(call);
    second.End();
    EXPECT_EQ(Ready(), TargetSet{0b10}) << "it used less than it could have";
    third.UsedNothing();
    third.End();
    EXPECT_EQ(State(1).limits.Used(access::Quantity::kTokensPerMinute, demand.Wanted().now), 100);
    demand.now_us += 61'000'000;
    EXPECT_EQ(Ready(), TargetSet{0b11});
}

TEST_F(BalancerTest, HeadroomLooksAtATargetsOwnLimitsToo) {
    Upstream upstream{"a", "", "openai", ""};
    upstream.balancing = Balancing::kHeadroom;
    upstream.targets.resize(2);
    upstream.targets[0].base_url = "http://a";
    upstream.targets[0].requests_max = 10;
    upstream.targets[1].base_url = "http://b";
    upstream.targets[1].requests_max = 20;
    router = std::move(Router::Create({upstream})).value();
    TargetTry one;
    std::map<std::size_t, int> chosen;
    for (int i = 0; i < 24; ++i) {
        const std::size_t place = ChooseOne(0b11);
        ++chosen[place];
        ASSERT_TRUE(one.Begin(Route().targets[place], demand, true));
        one.End();
    }
    EXPECT_EQ(chosen[0], 8);
    EXPECT_EQ(chosen[1], 16);
}

TEST(FitsModelTest, AFinalStarStandsForAnyEnd) {
    EXPECT_TRUE(FitsModel("gpt-4o", "gpt-4o"));
    EXPECT_FALSE(FitsModel("gpt-4o", "gpt-4o-mini"));
    EXPECT_TRUE(FitsModel("gpt-4o*", "gpt-4o-mini"));
    EXPECT_TRUE(FitsModel("*", "x"));
    EXPECT_TRUE(FitsModel("", "x"));
}

}  // namespace
}  // namespace sightglass::capture
