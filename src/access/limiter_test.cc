#include "access/limiter.h"

#include <array>
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace sightglass::access {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class LimiterTest : public testing::Test {
protected:
    static constexpr std::size_t kKey = static_cast<std::size_t>(LimitBy::kKey);
    static constexpr std::size_t kUser = static_cast<std::size_t>(LimitBy::kUser);
    static constexpr std::size_t kModel = static_cast<std::size_t>(LimitBy::kModel);

    static LimitRule Rule(std::string name, Quantity quantity, std::int64_t most) {
        LimitRule rule;
        rule.name = std::move(name);
        rule.values[quantity] = most;
        return rule;
    }

    void Use(std::vector<LimitRule> rules) { limiter_.Publish(limiter_.Prepare(std::move(rules))); }

    static Call CallOf(std::string user, std::string model = "gpt-4o") {
        Call call;
        call.user = std::move(user);
        call.model_requested = std::move(model);
        return call;
    }

    std::optional<LimitRefusal> Take(
        const Call& call,
        Reservation& reservation,
        std::int64_t tokens = 0,
        const KeyRecord* key = nullptr
    ) {
        return limiter_.Take(
            limiter_.Rules().Get(),
            key,
            LimitSubject::Of(call),
            {.now = now_, .tokens = tokens},
            reservation
        );
    }

    /// Takes and gives back nothing but its place in flight.
    bool Passes(const Call& call, std::int64_t tokens = 0, const KeyRecord* key = nullptr) {
        Reservation reservation;
        const bool passes = !Take(call, reservation, tokens, key).has_value();
        Limiter::Settle(reservation, std::nullopt);
        return passes;
    }

    /// Time passes on both clocks.
    void Pass(seconds time) {
        now_.wall += time;
        now_.second += time.count();
    }

    /// As a worker does; how often it was let through.
    int TakeMany(int times) {
        Reader<RuleSet> rules(limiter_.Rules());
        Reservation reservation;
        const Call call = CallOf("user");
        const LimitSubject subject = LimitSubject::Of(call);
        int passed = 0;
        for (int i = 0; i < times; ++i) {
            const auto refusal =
                limiter_.Take(rules.Current(), nullptr, subject, {.now = now_}, reservation);
            passed += refusal ? 0 : 1;
            Limiter::Settle(reservation, std::nullopt);
        }
        return passed;
    }

    Moment now_{TimeFromMicros(1'763'775'464'000'000), 5'000};  // 2025-11-22T01:37:44Z
    KeyHasher hasher_{Secret(std::string(64, 's'))};
    Published<KeyTable> keys_{std::make_shared<KeyTable>(hasher_, KeyTable::Records{})};
    Limiter limiter_{keys_};
};

TEST_F(LimiterTest, WithoutRulesEverythingPasses) {
    EXPECT_TRUE(Passes(CallOf("alice")));
}

TEST_F(LimiterTest, ARuleWithoutPerCountsAllTogether) {
    Use({Rule("all", Quantity::kRequestsPerMinute, 2)});
    EXPECT_TRUE(Passes(CallOf("alice")));
    EXPECT_TRUE(Passes(CallOf("bob")));
    Reservation reservation;
    const auto refusal = Take(CallOf("carol"), reservation);
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(refusal->quantity, Quantity::kRequestsPerMinute);
    EXPECT_EQ(refusal->retry_after_s, 61);
    EXPECT_NE(refusal->message.find("\"all\" allows 2 requests a minute"), std::string::npos);
    EXPECT_TRUE(reservation.Empty());
    Pass(seconds(61));
    EXPECT_TRUE(Passes(CallOf("carol")));
}

TEST_F(LimiterTest, AWallClockThatIsSetMovesNoMinute) {
    Use({Rule("all", Quantity::kRequestsPerMinute, 1)});
    EXPECT_TRUE(Passes(CallOf("alice")));
    now_.wall += hours(1);
    EXPECT_FALSE(Passes(CallOf("alice")));
    now_.wall -= hours(3);
    now_.second += 61;
    EXPECT_TRUE(Passes(CallOf("alice")));
}

TEST_F(LimiterTest, WhatIsRememberedIsAsOldAsItIs) {
    const auto rules = limiter_.Prepare({Rule("all", Quantity::kRequestsPerMinute, 2)});
    limiter_.Publish(rules);
    for (const seconds age : {seconds(50), seconds(-7'200), seconds(90)}) {
        Call call = CallOf("alice");
        call.started_at = now_.wall - age;
        limiter_.Remember(*rules, false, call, now_);
    }
    EXPECT_FALSE(Passes(CallOf("alice")));
    Pass(seconds(11));
    EXPECT_TRUE(Passes(CallOf("alice")));
    EXPECT_FALSE(Passes(CallOf("alice")));
}

TEST_F(LimiterTest, ARulePerUserAndModelCountsEachApart) {
    LimitRule rule = Rule("each", Quantity::kRequestsPerMinute, 1);
    rule.per = {LimitBy::kUser, LimitBy::kModel};
    Use({rule});
    EXPECT_TRUE(Passes(CallOf("alice", "a")));
    EXPECT_TRUE(Passes(CallOf("alice", "b")));
    EXPECT_TRUE(Passes(CallOf("bob", "a")));
    EXPECT_FALSE(Passes(CallOf("alice", "a")));
    EXPECT_TRUE(Passes(CallOf("alicea", "")));
    EXPECT_FALSE(Passes(CallOf("bob", "a")));
}

TEST_F(LimiterTest, ARuleAppliesToWhatItMatches) {
    LimitRule rule = Rule("big models", Quantity::kRequestsPerMinute, 0);
    rule.match[kModel] = {"gpt-5*", "o3"};
    rule.match[kUser] = {"intern-*"};
    Use({rule});
    EXPECT_FALSE(Passes(CallOf("intern-1", "o3")));
    EXPECT_TRUE(Passes(CallOf("intern-1", "gpt-4o")));
    EXPECT_TRUE(Passes(CallOf("boss", "o3")));
    Call unread = CallOf("intern-1", "");
    EXPECT_TRUE(Passes(unread));
    LimitSubject subject = LimitSubject::Of(unread);
    subject.model_unreadable = true;
    EXPECT_TRUE(Matches(rule, subject));
    LimitRule by_key = Rule("one key", Quantity::kRequestsPerMinute, 0);
    by_key.match[kKey] = {"ci"};
    Use({by_key});
    Call call = CallOf("x");
    call.api_key_label = "ci";
    EXPECT_FALSE(Passes(call));
}

TEST_F(LimiterTest, TokensAreEstimatedAndSettled) {
    Use({Rule("tokens", Quantity::kTokensPerMinute, 1'000)});
    Reservation reservation;
    ASSERT_FALSE(Take(CallOf("a"), reservation, 900).has_value());
    EXPECT_FALSE(Passes(CallOf("b"), 200));
    Limiter::Settle(reservation, 100);
    EXPECT_TRUE(Passes(CallOf("b"), 900));
    Reservation more;
    const auto refusal = Take(CallOf("b"), more, 1'001);
    ASSERT_TRUE(refusal.has_value());
    EXPECT_NE(refusal->message.find("this request alone may take 1001"), std::string::npos);
}

TEST_F(LimiterTest, WhatOneLimitRefusesOthersGetBack) {
    LimitRule per_user = Rule("users", Quantity::kRequestsPerMinute, 1);
    per_user.per = {LimitBy::kUser};
    Use({Rule("all", Quantity::kRequestsPerMinute, 2), per_user});
    EXPECT_TRUE(Passes(CallOf("alice")));
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(Passes(CallOf("alice")));
    }
    EXPECT_TRUE(Passes(CallOf("bob")));
}

TEST_F(LimiterTest, CallsInFlightAreCounted) {
    Use({Rule("few", Quantity::kConcurrent, 1)});
    Reservation first;
    ASSERT_FALSE(Take(CallOf("a"), first).has_value());
    Reservation second;
    EXPECT_EQ(Take(CallOf("a"), second)->quantity, Quantity::kConcurrent);
    Limiter::Settle(first, std::nullopt);
    EXPECT_FALSE(Take(CallOf("a"), second).has_value());
    Limiter::Settle(second, std::nullopt);
}

TEST_F(LimiterTest, MoneyIsCountedByDayAndMonth) {
    LimitRule rule = Rule("budget", Quantity::kUsdPerDay, 1'000);
    rule.values[Quantity::kUsdPerMonth] = 1'500;
    Use({rule});
    Call call = CallOf("alice");
    call.started_at = now_.wall;
    call.cost = Money::FromNanoUsd(999);
    limiter_.Charge({&call, 1});
    EXPECT_TRUE(Passes(call));
    call.cost = Money::FromNanoUsd(1);
    limiter_.Charge({&call, 1});
    Reservation reservation;
    const auto refusal = Take(call, reservation);
    ASSERT_TRUE(refusal.has_value());
    EXPECT_TRUE(refusal->IsBudget());
    EXPECT_EQ(refusal->retry_after_s, 22 * 3600 + 22 * 60 + 16);
    Pass(hours(24));
    EXPECT_TRUE(Passes(call));
    call.started_at = now_.wall;
    call.cost = Money::FromNanoUsd(500);
    limiter_.Charge({&call, 1});
    EXPECT_EQ(Take(call, reservation)->quantity, Quantity::kUsdPerMonth);
    Pass(hours(24 * 8));
    EXPECT_TRUE(Passes(call));
}

TEST_F(LimiterTest, ShadowModeNotesAndLetsPass) {
    LimitRule rule = Rule("trial", Quantity::kRequestsPerMinute, 1);
    rule.shadow = true;
    LimitRule other = Rule("other", Quantity::kTokensPerMinute, 10);
    other.shadow = true;
    Use({rule, other});
    Reservation reservation;
    ASSERT_FALSE(Take(CallOf("a"), reservation, 5).has_value());
    EXPECT_EQ(reservation.ShadowText(), "");
    ASSERT_FALSE(Take(CallOf("a"), reservation, 50).has_value());
    EXPECT_EQ(reservation.ShadowText(), "trial/requests_per_minute,other/tokens_per_minute");
    ASSERT_FALSE(Take(CallOf("a"), reservation, 5).has_value());
    EXPECT_EQ(reservation.ShadowText(), "trial/requests_per_minute");
}

TEST_F(LimiterTest, AKeysOwnLimitsCountForItAlone) {
    auto key = std::make_shared<KeyRecord>();
    key->name = "ci";
    key->fingerprint = "f1";
    key->limits[Quantity::kRequestsPerMinute] = 1;
    key->limits[Quantity::kUsdPerDay] = 10;
    key->series = std::make_shared<LimitSeries>();
    keys_.Set(std::make_shared<KeyTable>(hasher_, KeyTable::Records{key}));
    EXPECT_TRUE(Passes(CallOf("a"), 0, key.get()));
    EXPECT_FALSE(Passes(CallOf("a"), 0, key.get()));
    EXPECT_TRUE(Passes(CallOf("a")));
    Pass(seconds(61));
    Call call = CallOf("a");
    call.api_key = "f1";
    call.started_at = now_.wall;
    call.cost = Money::FromNanoUsd(10);
    limiter_.Charge({&call, 1});
    Reservation reservation;
    EXPECT_TRUE(Take(call, reservation, 0, key.get())->IsBudget());
}

TEST_F(LimiterTest, WhatAKeySpendsIsCountedBeforeItHasABudget) {
    auto key = std::make_shared<KeyRecord>();
    key->fingerprint = "f1";
    key->series = std::make_shared<LimitSeries>();
    keys_.Set(std::make_shared<KeyTable>(hasher_, KeyTable::Records{key}));
    Call call = CallOf("a");
    call.api_key = "f1";
    call.started_at = now_.wall;
    call.cost = Money::FromNanoUsd(10);
    limiter_.Charge({&call, 1});
    const auto limited = std::make_shared<KeyRecord>(*key);
    limited->limits[Quantity::kUsdPerDay] = 10;
    EXPECT_FALSE(Passes(call, 0, limited.get()));
}

TEST_F(LimiterTest, ANewConfigurationKeepsWhatWasCounted) {
    LimitRule users = Rule("users", Quantity::kRequestsPerMinute, 2);
    users.per = {LimitBy::kUser};
    Use({Rule("all", Quantity::kRequestsPerMinute, 10), users});
    EXPECT_TRUE(Passes(CallOf("alice")) && Passes(CallOf("alice")));
    users.values[Quantity::kRequestsPerMinute] = 3;
    Use({users, Rule("all", Quantity::kRequestsPerMinute, 3)});
    EXPECT_TRUE(Passes(CallOf("alice")));
    EXPECT_FALSE(Passes(CallOf("alice")));
    EXPECT_FALSE(Passes(CallOf("bob")));
    const auto next = limiter_.Prepare({Rule("other", Quantity::kConcurrent, 1), users});
    EXPECT_TRUE(next->rules[0].is_new);
    EXPECT_FALSE(next->rules[1].is_new);
}

TEST_F(LimiterTest, WhatTheStoreKnowsCountsForNewRules) {
    LimitRule rule = Rule("users", Quantity::kRequestsPerMinute, 2);
    rule.values[Quantity::kTokensPerMinute] = 100;
    rule.values[Quantity::kUsdPerMonth] = 1'000;
    rule.per = {LimitBy::kUser};
    const auto prepared = limiter_.Prepare({rule});
    Call call = CallOf("alice");
    call.started_at = now_.wall - seconds(10);
    call.fresh_input_tokens = 80;
    limiter_.Remember(*prepared, true, call, now_);
    call.status = CallStatus::kBlocked;
    limiter_.Remember(*prepared, true, call, now_);
    Call sum = CallOf("bob");
    sum.cost = Money::FromNanoUsd(1'000);
    limiter_.RememberCost(*prepared, true, sum, now_);
    limiter_.Publish(prepared);
    EXPECT_FALSE(Passes(CallOf("alice"), 50));
    EXPECT_TRUE(Passes(CallOf("alice"), 20));
    EXPECT_FALSE(Passes(CallOf("alice"), 0));
    EXPECT_FALSE(Passes(CallOf("bob"), 0));
}

TEST_F(LimiterTest, TheUseNamesWhatIsNearestToItsLimitFirst) {
    LimitRule users = Rule("users", Quantity::kRequestsPerMinute, 4);
    users.per = {LimitBy::kUser};
    Use({Rule("all", Quantity::kConcurrent, 5), users});
    for (int i = 0; i < 3; ++i) {
        Passes(CallOf("alice"));
    }
    Passes(CallOf("bob"));
    const auto lines = limiter_.Use(now_, 2);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].name, "users");
    EXPECT_EQ(lines[0].subject, "user=alice");
    EXPECT_EQ(lines[0].used, 3);
    EXPECT_EQ(lines[0].most, 4);
    EXPECT_EQ(lines[1].subject, "user=bob");
}

TEST_F(LimiterTest, ThreadsGetExactlyTheLimitWhileRulesChange) {
    Use({Rule("all", Quantity::kRequestsPerMinute, 5'000)});
    std::atomic<int> passed = 0;
    {
        std::array<std::jthread, 4> threads;
        for (std::jthread& thread : threads) {
            thread = std::jthread([&] { passed += TakeMany(3'000); });
        }
        const LimitRule other = Rule("other", Quantity::kConcurrent, 100);
        const LimitRule all = Rule("all", Quantity::kRequestsPerMinute, 5'000);
        for (int i = 0; i < 50; ++i) {
            Use({other, all});
        }
    }
    EXPECT_EQ(passed.load(), 5'000);
}

TEST(LimitRuleTest, ValuesAreReadByName) {
    LimitValues values;
    ASSERT_TRUE(SetLimitValue(values, "usd_per_day", "2.50").Ok());
    EXPECT_EQ(values[Quantity::kUsdPerDay], 2'500'000'000);
    ASSERT_TRUE(SetLimitValue(values, "concurrent", "4").Ok());
    EXPECT_EQ(values[Quantity::kConcurrent], 4);
    EXPECT_FALSE(SetLimitValue(values, "concurrent", "4.5").Ok());
    EXPECT_FALSE(SetLimitValue(values, "requests_per_minute", "-1").Ok());
    EXPECT_FALSE(SetLimitValue(values, "usd_per_month", "nan").Ok());
    EXPECT_NE(
        SetLimitValue(values, "rpm", "1").error().message.find("requests_per_minute"),
        std::string::npos
    );
}

TEST(LimitRuleTest, RulesHaveNamesOfTheirOwnAndLimitSomething) {
    LimitRule rule;
    rule.name = "a";
    EXPECT_FALSE(CheckLimitRules({rule}).Ok());
    rule.values[Quantity::kConcurrent] = 1;
    EXPECT_TRUE(CheckLimitRules({rule}).Ok());
    EXPECT_FALSE(CheckLimitRules({rule, rule}).Ok());
    rule.name.clear();
    EXPECT_FALSE(CheckLimitRules({rule}).Ok());
}

}  // namespace
}  // namespace sightglass::access
