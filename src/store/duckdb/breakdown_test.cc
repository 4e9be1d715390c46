#include "store/breakdown.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/test_directory.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/sample_calls.h"
#include "store/duckdb/sample_plans.h"
#include "store/memory.h"

namespace sightglass::store {
namespace {

constexpr Time kStart = TimeFromMicros(1'790'000'000'000'000);  // 2026-09-21T14:13:20Z
constexpr Duration kSpan = std::chrono::hours(24 * 3);

const Metric kLatencySum = {
    .name = "latency_sum",
    .unit = "us",
    .aggregate = Aggregate::kSum,
    .quantity = Quantity::kLatencyUs,
    .integer = true};
const Metric kSlow = {
    .name = "slow",
    .unit = "calls",
    .aggregate = Aggregate::kKnown,
    .quantity = Quantity::kLatencyUs,
    .integer = true,
    .at_least = 1'000'000};

/// DuckDB and the reference, with the same calls in both.
class BreakdownTest : public testing::Test {
protected:
    BreakdownTest() {
        Result<std::unique_ptr<Store>> opened = OpenDuckDb(directory_ / "calls.duckdb", {});
        EXPECT_TRUE(opened.Ok());
        store_ = std::move(*opened);
    }

    ~BreakdownTest() override { store_.reset(); }

    void Put(Samples& samples, int calls) {
        Batch batch;
        for (int i = 0; i < calls; ++i) {
            batch.calls.push_back(samples.WildCall(kStart, kSpan));
        }
        EXPECT_TRUE(store_->Commit(batch).Ok());
        EXPECT_TRUE(reference_->Commit(batch).Ok());
    }

    const TestDirectory directory_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Store> reference_ = NewMemoryStore();
};

GroupBy By(const std::string& name) {
    return {MakeFilter(name, Comparison::kIs, {}), Band::kNone};
}

GroupBy WildGroupBy(Samples& samples) {
    if (samples.OneIn(8)) {
        return {{}, Band::kHourOfDay};
    }
    if (samples.OneIn(8)) {
        GroupBy by;
        by.of.quantity = samples.OneIn(2) ? Quantity::kInputTokens : Quantity::kOutputTokens;
        by.band = Band::kQuantity;
        return by;
    }
    return By(WildDimensionName(samples));
}

Side WildSide(Samples& samples) {
    Side side;
    side.from = kStart + Duration(samples.Below(kSpan.count()));
    side.to = side.from + Duration(1 + samples.Below(kSpan.count()));
    side.filters = WildFilters(samples);
    return side;
}

BreakdownPlan WildBreakdownPlan(Samples& samples) {
    BreakdownPlan plan;
    plan.sides.push_back(WildSide(samples));
    if (!samples.OneIn(4)) {
        plan.sides.push_back(WildSide(samples));
    }
    plan.measures = {
        FindMetric("calls"),
        FindMetric("errors"),
        &kLatencySum,
        &kSlow,
        FindMetric("feedback_count")};
    // Different sets: what is asked twice has one answer.
    const GroupBy first = By("model");
    const GroupBy second = By("tag:t1");
    GroupBy third = WildGroupBy(samples);
    while (third.of.dimension.field == first.of.dimension.field && third.band == Band::kNone) {
        third = WildGroupBy(samples);
    }
    plan.groupings = {{}, {first}, {second}, {third}, {first, third}, {first, second}};
    if (third.of.tag == second.of.tag && third.of.dimension.field == nullptr) {
        plan.groupings = {{first}, {second}, {}};
    }
    for (std::size_t i = 0; i < plan.sides.size() * plan.measures.size(); ++i) {
        // Sums of these are exact in doubles, in any order.
        plan.weights.push_back(static_cast<double>(samples.Below(5) - 2));
    }
    plan.groups_max = static_cast<std::size_t>(1 + samples.Below(20));
    return plan;
}

void ExpectEqual(const std::vector<Breakdown>& got, const std::vector<Breakdown>& wanted) {
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        EXPECT_EQ(got[i].groups_in_all, wanted[i].groups_in_all) << "grouping " << i;
        ASSERT_EQ(got[i].groups.size(), wanted[i].groups.size()) << "grouping " << i;
        for (std::size_t j = 0; j < got[i].groups.size(); ++j) {
            EXPECT_EQ(got[i].groups[j].key, wanted[i].groups[j].key) << i << ", " << j;
            EXPECT_EQ(got[i].groups[j].values, wanted[i].groups[j].values) << i << ", " << j;
        }
    }
}

TEST_F(BreakdownTest, AnswersRandomQuestionsAsTheReferenceDoes) {
    Samples samples(7);
    Put(samples, 1'500);
    for (int i = 0; i < 150; ++i) {
        SCOPED_TRACE("question " + std::to_string(i));
        const BreakdownPlan plan = WildBreakdownPlan(samples);
        const auto got = store_->BreakDown(plan);
        const auto wanted = reference_->BreakDown(plan);
        ASSERT_TRUE(got.Ok()) << got.error().message;
        ASSERT_TRUE(wanted.Ok()) << wanted.error().message;
        ASSERT_NO_FATAL_FAILURE(ExpectEqual(*got, *wanted));
    }
}

TEST_F(BreakdownTest, GroupsThatAreKeptAndTheirTotalAgree) {
    Samples samples(8);
    Put(samples, 500);
    BreakdownPlan plan;
    plan.sides = {{kStart, kStart + kSpan, {}}};
    plan.measures = {FindMetric("calls")};
    plan.weights = {1};
    plan.groupings = {{}, {By("model")}};
    plan.groups_max = 1'000;
    const auto answer = store_->BreakDown(plan);
    ASSERT_TRUE(answer.Ok()) << answer.error().message;
    std::int64_t sum = 0;
    for (const BreakdownGroup& group : answer->back().groups) {
        sum += *group.values.front();
    }
    EXPECT_EQ(sum, 500);
    EXPECT_EQ(answer->front().groups.front().values.front(), 500);
}

TEST_F(BreakdownTest, HasNoGroupsButThatOfAllCallsWhereThereAreNone) {
    BreakdownPlan plan;
    plan.sides = {{kStart, kStart + kSpan, {}}};
    plan.measures = {FindMetric("calls"), &kLatencySum};
    plan.weights = {1, 0};
    plan.groupings = {{}, {By("model")}};
    const auto answer = store_->BreakDown(plan);
    ASSERT_TRUE(answer.Ok()) << answer.error().message;
    ASSERT_EQ(answer->front().groups.size(), 1U);
    EXPECT_EQ(answer->front().groups.front().values, (std::vector<OptionalInt>{0, std::nullopt}));
    EXPECT_TRUE(answer->back().groups.empty());
}

TEST_F(BreakdownTest, RefusesWhatDoesNotAddUp) {
    BreakdownPlan plan;
    plan.sides = {{kStart, kStart + kSpan, {}}};
    plan.measures = {FindMetric("latency_p95_ms")};
    plan.weights = {1};
    plan.groupings = {{}};
    EXPECT_FALSE(store_->BreakDown(plan).Ok());
    EXPECT_FALSE(reference_->BreakDown(plan).Ok());
}

TEST(BandTest, IsTheLastEdgeThatIsNotAbove) {
    EXPECT_EQ(BandOf(-1), 0);
    EXPECT_EQ(BandOf(0), 0);
    EXPECT_EQ(BandOf(99), 0);
    EXPECT_EQ(BandOf(100), 100);
    EXPECT_EQ(BandOf(999), 500);
    EXPECT_EQ(BandOf(1'000'000'000), 500'000);
}

}  // namespace
}  // namespace sightglass::store
