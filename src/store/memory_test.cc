#include "store/memory.h"

#include <gtest/gtest.h>

#include "store/reference.h"

namespace sightglass::store {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kStart = TimeFromMicros(1'790'006'400'000'000);  // On the hour.

Call CallAfter(Duration since_start, std::uint64_t number) {
    UuidSource ids(number);
    Call call;
    call.started_at = kStart + since_start;
    call.call_id = ids.Next(*call.started_at);
    call.status = CallStatus::kOk;
    return call;
}

Plan Asking(std::vector<std::string_view> metrics, Duration span = hours(1)) {
    Plan plan;
    plan.from = kStart;
    plan.to = kStart + span;
    for (const std::string_view name : metrics) {
        plan.metrics.push_back(FindMetric(name));
    }
    return plan;
}

std::vector<Cell> OnlyRow(const Store& store, const Plan& plan) {
    const Result<Table> table = store.Select(plan);
    EXPECT_TRUE(table.Ok());
    EXPECT_EQ(table->rows.size(), 1u);
    return table->rows.front();
}

TEST(MemoryStoreTest, AnswersOneRowOfUnknownsAboutNothing) {
    const std::unique_ptr<Store> store = NewMemoryStore();
    const std::vector<Cell> row =
        OnlyRow(*store, Asking({"calls", "errors", "cost_usd", "error_rate", "latency_p95_ms"}));
    const std::vector<Cell> wanted = {std::int64_t{0}, std::int64_t{0}, Cell(), Cell(), Cell()};
    EXPECT_EQ(row, wanted);
}

TEST(MemoryStoreTest, ComputesByHandWhatCanBeComputedByHand) {
    const std::unique_ptr<Store> store = NewMemoryStore();
    Batch batch;
    for (int i = 0; i < 4; ++i) {
        Call call = CallAfter(seconds(i), static_cast<std::uint64_t>(i));
        call.latency_us = 1000 * (i + 1);
        call.fresh_input_tokens = 10;
        call.cached_input_tokens = 30;
        call.output_tokens = i == 0 ? OptionalInt() : 5;
        call.cost = Money::FromNanoUsd(250'000'000);
        call.user = i < 2 ? "ann" : "bob";
        call.status = i == 3 ? CallStatus::kInterrupted : CallStatus::kOk;
        batch.calls.push_back(call);
    }
    ASSERT_TRUE(store->Commit(batch).Ok());
    const std::vector<Cell> row = OnlyRow(
        *store,
        Asking(
            {"calls",
             "error_rate",
             "cost_usd",
             "input_tokens",
             "total_tokens",
             "cache_hit_rate",
             "users",
             "latency_p50_ms",
             "latency_max_ms",
             "calls_per_min"}
        )
    );
    EXPECT_EQ(row[0], Cell(std::int64_t{4}));
    EXPECT_EQ(row[1], Cell(0.25));
    EXPECT_DOUBLE_EQ(std::get<double>(row[2]), 1.0);
    EXPECT_EQ(row[3], Cell(std::int64_t{160}));
    EXPECT_EQ(row[4], Cell(std::int64_t{175}));
    EXPECT_EQ(row[5], Cell(0.75));
    EXPECT_EQ(row[6], Cell(std::int64_t{2}));
    EXPECT_DOUBLE_EQ(std::get<double>(row[7]), 2.5);
    EXPECT_DOUBLE_EQ(std::get<double>(row[8]), 4.0);
    EXPECT_DOUBLE_EQ(std::get<double>(row[9]), 4.0 / 60);
}

TEST(MemoryStoreTest, MeasuresSessionsWithinTheSlice) {
    const std::unique_ptr<Store> store = NewMemoryStore();
    Batch batch;
    for (int i = 0; i < 5; ++i) {
        Call call = CallAfter(minutes(i), static_cast<std::uint64_t>(i));
        call.session_id = i < 3 ? "long" : (i == 3 ? "short" : "");
        call.ended_at = *call.started_at + seconds(10);
        batch.calls.push_back(call);
    }
    ASSERT_TRUE(store->Commit(batch).Ok());
    const std::vector<Cell> row = OnlyRow(
        *store,
        Asking({"sessions", "session_turns_avg", "session_length_avg_s", "session_length_p50_s"})
    );
    EXPECT_EQ(row[0], Cell(std::int64_t{2}));
    EXPECT_EQ(row[1], Cell(2.0));
    EXPECT_DOUBLE_EQ(std::get<double>(row[2]), (130.0 + 10.0) / 2);
    EXPECT_DOUBLE_EQ(std::get<double>(row[3]), 70.0);
}

TEST(MemoryStoreTest, CountsRatesOverThePartOfABucketThatWasAskedFor) {
    const std::unique_ptr<Store> store = NewMemoryStore();
    Batch batch;
    for (int i = 0; i < 60; ++i) {
        batch.calls.push_back(CallAfter(minutes(30) + seconds(i), static_cast<std::uint64_t>(i)));
    }
    ASSERT_TRUE(store->Commit(batch).Ok());
    Plan plan = Asking({"calls_per_min"});
    plan.from = kStart + minutes(30);
    plan.interval = hours(1);
    const std::vector<Cell> row = OnlyRow(*store, plan);
    EXPECT_EQ(row[0], Cell(kStart));
    EXPECT_EQ(row[1], Cell(2.0));  // 60 calls in the 30 minutes from half past.
}

TEST(MemoryStoreTest, PutsUnknownGroupsAndValuesLast) {
    const std::unique_ptr<Store> store = NewMemoryStore();
    Batch batch;
    for (int i = 0; i < 3; ++i) {
        Call call = CallAfter(seconds(i), static_cast<std::uint64_t>(i));
        call.team = i == 0 ? "" : (i == 1 ? "a" : "b");
        call.output_tokens = i == 1 ? OptionalInt() : 7;
        batch.calls.push_back(call);
    }
    ASSERT_TRUE(store->Commit(batch).Ok());
    Plan plan = Asking({"output_tokens"});
    Filter team;
    team.dimension.field = FindField("team");
    plan.group_by = {team};
    plan.order_by = {{"output_tokens", true}};
    const Result<Table> table = store->Select(plan);
    ASSERT_TRUE(table.Ok());
    ASSERT_EQ(table->rows.size(), 3u);
    EXPECT_EQ(table->rows[0][0], Cell(std::string("b")));
    EXPECT_EQ(table->rows[1][0], Cell());  // As many tokens, unknown team.
    EXPECT_EQ(table->rows[2][0], Cell(std::string("a")));
    EXPECT_EQ(table->rows[2][1], Cell());
}

TEST(MemoryStoreTest, CutsDurationsIntoLogarithmicBuckets) {
    EXPECT_EQ(LogBucket(0, 8), -1);
    EXPECT_EQ(LogBucket(1, 8), 0);
    EXPECT_EQ(LogBucket(9, 8), 7);
    EXPECT_EQ(LogBucket(10, 8), 8);
    EXPECT_EQ(LogBucket(999, 8), 23);
    EXPECT_EQ(LogBucket(1000, 8), 24);
    EXPECT_DOUBLE_EQ(LogBucketLow(24, 8), 1000.0);
    EXPECT_DOUBLE_EQ(LogBucketLow(-1, 8), 0.0);
}

TEST(MemoryStoreTest, ReplacesACallThatComesAgain) {
    const std::unique_ptr<Store> store = NewMemoryStore();
    Call call = CallAfter(seconds(0), 1);
    Batch batch;
    batch.calls = {call};
    ASSERT_TRUE(store->Commit(batch).Ok());
    batch.calls[0].model = "new";
    ASSERT_TRUE(store->Commit(batch).Ok());
    EXPECT_EQ(store->Find(call.call_id)->model, "new");
    EXPECT_EQ(store->GetStats()->calls, 1u);
}

}  // namespace
}  // namespace sightglass::store
