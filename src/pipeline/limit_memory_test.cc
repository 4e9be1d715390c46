#include "pipeline/limit_memory.h"

#include <functional>

#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace sightglass::pipeline {
namespace {

using access::LimitBy;
using access::LimitRule;
using access::Quantity;

class LimitMemoryTest : public testing::Test {
protected:
    void Store(int number, Time when, std::string user, std::int64_t nano_usd) {
        Call call = EndOf(number);
        call.started_at = when;
        call.ended_at = when;
        call.user = std::move(user);
        call.status = CallStatus::kOk;
        call.cost = Money::FromNanoUsd(nano_usd);
        call.cost_source = CostSource::kPriced;
        store::Batch batch;
        batch.calls.push_back(std::move(call));
        ASSERT_TRUE(store_->Commit(batch).Ok());
    }

    static LimitRule PerUser(std::string name) {
        LimitRule rule;
        rule.name = std::move(name);
        rule.per = {LimitBy::kUser};
        rule.values[Quantity::kRequestsPerMinute] = 100;
        rule.values[Quantity::kTokensPerMinute] = 1'000;
        rule.values[Quantity::kUsdPerDay] = 1'000'000;
        rule.values[Quantity::kUsdPerMonth] = 1'000'000;
        return rule;
    }

    void Set(std::vector<LimitRule> rules, LimitsSet when) {
        const Status set = SetLimits(*store_, limiter_, std::move(rules), when, kMoment);
        ASSERT_TRUE(set.Ok()) << set.error().message;
    }

    std::int64_t Used(std::string_view name, std::string_view subject, Quantity quantity) {
        for (const access::LimitUse& use : limiter_.Use(kMoment, 1'000)) {
            if (use.name == name && use.subject == subject && use.quantity == quantity) {
                return use.used;
            }
        }
        return -1;
    }

    // 2025-11-22T01:37:44Z
    static constexpr Time kNow = TimeFromMicros(1'763'775'464'000'000);
    static constexpr access::Moment kMoment{kNow, 5'000};

    std::unique_ptr<store::Store> store_ = store::NewMemoryStore();
    access::KeyHasher hasher_{Secret(std::string(64, 's'))};
    access::Published<access::KeyTable> keys_{
        std::make_shared<access::KeyTable>(hasher_, access::KeyTable::Records{})};
    access::Limiter limiter_{keys_};
};

TEST_F(LimitMemoryTest, MinuteDayAndMonthAreRemembered) {
    using std::chrono::hours;
    using std::chrono::seconds;
    Store(1, kNow - seconds(10), "alice", 1'000);
    Store(2, kNow - seconds(59), "alice", 2'000);
    Store(3, kNow - seconds(90), "alice", 4'000);
    Store(4, kNow - hours(30), "alice", 8'000);
    Store(5, kNow - hours(24 * 30), "alice", 16'000);
    Store(6, kNow - seconds(10), "bob", 32'000);
    Set({PerUser("users")}, LimitsSet::kAtStart);
    EXPECT_EQ(Used("users", "user=alice", Quantity::kRequestsPerMinute), 2);
    EXPECT_EQ(Used("users", "user=alice", Quantity::kTokensPerMinute), 60);
    EXPECT_EQ(Used("users", "user=alice", Quantity::kUsdPerDay), 7'000);
    EXPECT_EQ(Used("users", "user=alice", Quantity::kUsdPerMonth), 15'000);
    EXPECT_EQ(Used("users", "user=bob", Quantity::kUsdPerDay), 32'000);
}

TEST_F(LimitMemoryTest, AReloadAsksTheStoreForNewLimitsOnly) {
    Store(1, kNow - std::chrono::seconds(10), "alice", 1'000);
    Set({PerUser("users")}, LimitsSet::kAtStart);
    Set({PerUser("users"), PerUser("more")}, LimitsSet::kWhileRunning);
    EXPECT_EQ(Used("users", "user=alice", Quantity::kRequestsPerMinute), 1);
    EXPECT_EQ(Used("users", "user=alice", Quantity::kUsdPerDay), 1'000);
    EXPECT_EQ(Used("more", "user=alice", Quantity::kRequestsPerMinute), 1);
    EXPECT_EQ(Used("more", "user=alice", Quantity::kUsdPerDay), 1'000);
}

TEST_F(LimitMemoryTest, RulesThatMatchCountWhatFits) {
    Store(1, kNow - std::chrono::seconds(10), "alice", 1'000);
    LimitRule rule = PerUser("gpt");
    rule.per.clear();
    rule.match[static_cast<std::size_t>(LimitBy::kModel)] = {"gpt-*"};
    LimitRule other = rule;
    other.name = "o";
    other.match[static_cast<std::size_t>(LimitBy::kModel)] = {"o*"};
    Set({rule, other}, LimitsSet::kAtStart);
    EXPECT_EQ(Used("gpt", "", Quantity::kUsdPerMonth), 1'000);
    EXPECT_EQ(Used("o", "", Quantity::kUsdPerMonth), 0);
    EXPECT_EQ(Used("o", "", Quantity::kRequestsPerMinute), 0);
}

TEST_F(LimitMemoryTest, WhatTheGatewayDidNotLetThroughUsesNothingUp) {
    for (const Source source : {Source::kOtlp, Source::kImport, Source::kProviderUsage}) {
        Call call = EndOf(static_cast<int>(source));
        call.source = source;
        call.started_at = kNow - std::chrono::seconds(10);
        call.user = "alice";
        call.cost = Money::FromNanoUsd(1'000);
        store::Batch batch;
        batch.calls.push_back(call);
        ASSERT_TRUE(store_->Commit(batch).Ok());
        limiter_.Charge(batch.calls);
    }
    Store(9, kNow - std::chrono::seconds(10), "alice", 7);
    Set({PerUser("users")}, LimitsSet::kAtStart);
    EXPECT_EQ(Used("users", "user=alice", Quantity::kRequestsPerMinute), 1);
    EXPECT_EQ(Used("users", "user=alice", Quantity::kUsdPerMonth), 7);
    Call traced = EndOf(10);
    traced.source = Source::kOtlp;
    traced.user = "alice";
    traced.started_at = kNow;
    traced.cost = Money::FromNanoUsd(1'000);
    limiter_.Charge({&traced, 1});
    EXPECT_EQ(Used("users", "user=alice", Quantity::kUsdPerMonth), 7);
    traced.source = Source::kGateway;
    limiter_.Charge({&traced, 1});
    EXPECT_EQ(Used("users", "user=alice", Quantity::kUsdPerMonth), 1'007);
}

TEST_F(LimitMemoryTest, KeysRememberTheirOwn) {
    auto key = std::make_shared<access::KeyRecord>();
    key->fingerprint = "f1";
    key->limits[Quantity::kUsdPerDay] = 10'000;
    key->limits[Quantity::kRequestsPerMinute] = 5;
    key->series = std::make_shared<access::LimitSeries>();
    keys_.Set(std::make_shared<access::KeyTable>(hasher_, access::KeyTable::Records{key}));
    Call call = EndOf(1);
    call.started_at = kNow;
    call.api_key = "f1";
    call.cost = Money::FromNanoUsd(3'000);
    store::Batch batch;
    batch.calls.push_back(call);
    ASSERT_TRUE(store_->Commit(batch).Ok());
    Set({}, LimitsSet::kAtStart);
    EXPECT_EQ(key->series->Used(Quantity::kUsdPerDay, kMoment), 3'000);
    EXPECT_EQ(key->series->Used(Quantity::kRequestsPerMinute, kMoment), 1);
    Set({}, LimitsSet::kWhileRunning);
    EXPECT_EQ(key->series->Used(Quantity::kUsdPerDay, kMoment), 3'000);
}

/// A store during whose sums a call is priced.
class BusyStore final : public store::Store {
public:
    BusyStore(store::Store& store, std::function<void()> during)
        : store_(store), during_(std::move(during)) {}

    Status Commit(const store::Batch& batch) override { return store_.Commit(batch); }

    Result<store::JournalPositions> Positions() const override { return store_.Positions(); }

    Result<store::Table> Select(const store::Plan& plan) const override {
        Result<store::Table> table = store_.Select(plan);
        during_();
        return table;
    }

    Result<store::Table> Distribution(const store::DistributionPlan& plan) const override {
        return store_.Distribution(plan);
    }

    Result<std::vector<Call>> List(const store::CallQuery& query) const override {
        return store_.List(query);
    }

    Result<Call> Find(const Uuid& call_id) const override { return store_.Find(call_id); }

    Result<Content> FindContent(const Uuid& call_id) const override {
        return store_.FindContent(call_id);
    }

    Result<std::vector<store::TraceSummary>> ListTraces(const store::TraceQuery& query
    ) const override {
        return store_.ListTraces(query);
    }

    Result<store::Trace> FindTrace(const store::TraceKey& key) const override {
        return store_.FindTrace(key);
    }

    Result<std::vector<Feedback>> ListFeedback(const store::FeedbackQuery& query) const override {
        return store_.ListFeedback(query);
    }

    Result<std::vector<Feedback>> FindFeedback(const Call& call) const override {
        return store_.FindFeedback(call);
    }

    Result<std::vector<Call>> FindRelated(const store::RelatedQuery& /*query*/) override {
        return std::vector<Call>();
    }

    Result<store::StoreStats> GetStats() const override { return store_.GetStats(); }

private:
    store::Store& store_;
    std::function<void()> during_;
};

TEST_F(LimitMemoryTest, WhatIsPricedWhileTheStoreAddsUpIsNotMissed) {
    Store(1, kNow - std::chrono::seconds(10), "alice", 1'000);
    Call late = EndOf(2);
    late.started_at = kNow;
    late.user = "alice";
    late.cost = Money::FromNanoUsd(500);
    const BusyStore busy(*store_, [&] {
        limiter_.Charge({&late, 1});
        late.cost = std::nullopt;  // Once.
    });
    ASSERT_TRUE(
        SetLimits(busy, limiter_, {PerUser("users")}, LimitsSet::kWhileRunning, kMoment).Ok()
    );
    EXPECT_EQ(Used("users", "user=alice", Quantity::kUsdPerDay), 1'500);
    EXPECT_EQ(Used("users", "user=alice", Quantity::kUsdPerMonth), 1'500);
}

TEST_F(LimitMemoryTest, WhatIsNoLimitIsRefusedAndChangesNothing) {
    Set({PerUser("users")}, LimitsSet::kAtStart);
    EXPECT_FALSE(SetLimits(*store_, limiter_, {LimitRule{}}, LimitsSet::kWhileRunning, kMoment).Ok()
    );
    EXPECT_EQ(limiter_.Rules().Get()->rules.size(), 1U);
}

}  // namespace
}  // namespace sightglass::pipeline
