#include "store/duckdb/duckdb_store.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_directory.h"
#include "store/duckdb/sample_calls.h"
#include "store/duckdb/sample_plans.h"
#include "store/memory.h"
#include "store/reference.h"

namespace sightglass::store {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr Time kStart = TimeFromMicros(1'790'000'000'000'000);  // 2026-09-21T14:13:20Z
constexpr Duration kSpan = hours(24 * 9);

/// A directory of its own for each test, removed with it.
class DuckDbStoreTest : public testing::Test {
protected:
    ~DuckDbStoreTest() override { store_.reset(); }

    Path File() const { return directory_ / "calls.duckdb"; }

    Store& Open() {
        store_.reset();
        Result<std::unique_ptr<Store>> opened = OpenDuckDb(File(), {});
        EXPECT_TRUE(opened.Ok()) << opened.error().message;
        store_ = std::move(*opened);
        return *store_;
    }

    const TestDirectory directory_;
    std::unique_ptr<Store> store_;
};

Call CallAt(Time started_at, std::uint64_t number) {
    UuidSource ids(number);
    Call call;
    call.call_id = ids.Next(started_at);
    call.started_at = started_at;
    call.status = CallStatus::kOk;
    return call;
}

Batch BatchOf(std::vector<Call> calls) {
    Batch batch;
    batch.calls = std::move(calls);
    return batch;
}

Plan CountAll(std::vector<std::string> metrics = {"calls"}) {
    Plan plan;
    plan.from = kStart - hours(24 * 365);
    plan.to = kStart + hours(24 * 365);
    for (const std::string& name : metrics) {
        plan.metrics.push_back(FindMetric(name));
    }
    return plan;
}

bool Near(const Cell& a, const Cell& b) {
    if (std::holds_alternative<double>(a) && std::holds_alternative<double>(b)) {
        const double x = std::get<double>(a);
        const double y = std::get<double>(b);
        return std::abs(x - y) <= 1e-9 * std::max({1e-9, std::abs(x), std::abs(y)});
    }
    return a == b;
}

std::string Show(const Cell& cell) {
    struct Shower {
        std::string operator()(std::monostate) const { return "null"; }

        std::string operator()(std::int64_t value) const { return std::to_string(value); }

        std::string operator()(double value) const { return std::to_string(value) + "d"; }

        std::string operator()(const std::string& value) const { return "'" + value + "'"; }

        std::string operator()(Time value) const { return FormatTime(value); }
    };

    return std::visit(Shower{}, cell);
}

std::string Show(const std::vector<Cell>& row) {
    std::string text;
    for (const Cell& cell : row) {
        text += Show(cell) + " ";
    }
    return text;
}

void ExpectSame(const Table& got, const Table& wanted, const std::string& about) {
    ASSERT_EQ(got.columns.size(), wanted.columns.size()) << about;
    ASSERT_EQ(got.rows.size(), wanted.rows.size()) << about;
    for (std::size_t i = 0; i < wanted.rows.size(); ++i) {
        for (std::size_t c = 0; c < wanted.columns.size(); ++c) {
            ASSERT_TRUE(Near(got.rows[i][c], wanted.rows[i][c]))
                << about << "\nrow " << i << ", " << wanted.columns[c].name << "\n  got "
                << Show(got.rows[i]) << "\n  wanted " << Show(wanted.rows[i]);
        }
    }
}

std::string Describe(const Plan& plan) {
    std::string text = "metrics";
    for (const Metric* metric : plan.metrics) {
        text += " " + std::string(metric->name);
    }
    for (const Filter& dimension : plan.group_by) {
        text += " by " + (dimension.dimension.field ? std::string(dimension.dimension.field->name)
                                                    : "tag:" + dimension.tag);
    }
    for (const Filter& filter : plan.filters) {
        text += " where " +
                (filter.dimension.field ? std::string(filter.dimension.field->name)
                                        : "tag:" + filter.tag) +
                " #" + std::to_string(static_cast<int>(filter.comparison));
        for (const std::string& value : filter.values) {
            text += " " + value;
        }
    }
    return text + (plan.interval ? " every " + FormatDuration(*plan.interval) : "");
}

TEST_F(DuckDbStoreTest, AnswersRandomQuestionsAsTheReferenceDoes) {
    Samples samples(20261122);
    const std::unique_ptr<Store> reference = NewMemoryStore();
    Store& store = Open();
    for (int i = 0; i < 4; ++i) {
        Batch batch;
        for (int j = 0; j < 500; ++j) {
            batch.calls.push_back(samples.WildCall(kStart, kSpan));
        }
        ASSERT_TRUE(reference->Commit(batch).Ok());
        ASSERT_TRUE((i % 2 == 0 ? store.Commit(batch) : store.Stage(batch)).Ok());
    }
    ASSERT_TRUE(store.HasStaged());
    std::size_t rows = 0;
    for (int i = 0; i < 400; ++i) {
        const Plan plan = WildPlan(samples, kStart, kSpan);
        const std::string about = "question " + std::to_string(i) + ": " + Describe(plan);
        const Result<Table> wanted = reference->Select(plan);
        const Result<Table> got = store.Select(plan);
        ASSERT_TRUE(wanted.Ok()) << about;
        ASSERT_TRUE(got.Ok()) << about << "\n" << got.error().message;
        ASSERT_NO_FATAL_FAILURE(ExpectSame(*got, *wanted, about));
        rows += wanted->rows.size();
    }
    EXPECT_GT(rows, 3'000u);  // The questions are not all about nothing.
}

TEST_F(DuckDbStoreTest, OrdersAndLimitsAsTheReferenceDoes) {
    Samples samples(7);
    const std::unique_ptr<Store> reference = NewMemoryStore();
    Store& store = Open();
    Batch batch;
    for (int j = 0; j < 800; ++j) {
        batch.calls.push_back(samples.WildCall(kStart, kSpan));
    }
    ASSERT_TRUE(reference->Commit(batch).Ok());
    ASSERT_TRUE(store.Commit(batch).Ok());
    for (int i = 0; i < 100; ++i) {
        Plan plan = CountAll({"calls", "output_tokens", "users"});
        plan.group_by = WildPlan(samples, kStart, kSpan).group_by;
        plan.filters = WildFilters(samples);
        plan.order_by = {
            {samples.OneOf<std::string>({"calls", "output_tokens", "users"}), samples.OneIn(2)}};
        plan.limit = static_cast<std::size_t>(1 + samples.Below(20));
        const Result<Table> wanted = reference->Select(plan);
        const Result<Table> got = store.Select(plan);
        ASSERT_TRUE(wanted.Ok() && got.Ok());
        ASSERT_NO_FATAL_FAILURE(ExpectSame(*got, *wanted, Describe(plan)));
    }
}

TEST_F(DuckDbStoreTest, DistributesAsTheReferenceDoes) {
    Samples samples(3);
    const std::unique_ptr<Store> reference = NewMemoryStore();
    Store& store = Open();
    Batch batch;
    for (int j = 0; j < 500; ++j) {
        batch.calls.push_back(samples.WildCall(kStart, kSpan));
    }
    for (const std::int64_t us : {0, 1, 9, 10, 99, 100, 1000, 1'000'000, 1'000'000'000}) {
        batch.calls.push_back(CallAt(kStart, static_cast<std::uint64_t>(us)));
        batch.calls.back().latency_us = us;
    }
    ASSERT_TRUE(reference->Commit(batch).Ok());
    ASSERT_TRUE(store.Stage(batch).Ok());
    for (const Quantity quantity :
         {Quantity::kLatencyUs, Quantity::kTtftUs, Quantity::kTotalTokens}) {
        DistributionPlan plan{kStart, kStart + kSpan, hours(6), quantity, WildFilters(samples), 8};
        const Result<Table> wanted = reference->Distribution(plan);
        const Result<Table> got = store.Distribution(plan);
        ASSERT_TRUE(wanted.Ok());
        ASSERT_TRUE(got.Ok()) << got.error().message;
        ASSERT_NO_FATAL_FAILURE(ExpectSame(*got, *wanted, "distribution"));
    }
}

TEST_F(DuckDbStoreTest, PagesThroughAListAsTheReferenceDoes) {
    Samples samples(11);
    const std::unique_ptr<Store> reference = NewMemoryStore();
    Store& store = Open();
    Batch batch;
    for (int j = 0; j < 400; ++j) {
        batch.calls.push_back(samples.WildCall(kStart, seconds(20)));
        batch.calls.back().started_at =
            kStart + seconds(samples.Below(20));  // Many at the same moment.
    }
    ASSERT_TRUE(reference->Commit(batch).Ok());
    const auto half = static_cast<std::ptrdiff_t>(batch.calls.size() / 2);
    ASSERT_TRUE(store.Commit(BatchOf({batch.calls.begin(), batch.calls.begin() + half})).Ok());
    ASSERT_TRUE(store.Stage(BatchOf({batch.calls.begin() + half, batch.calls.end()})).Ok());
    for (int i = 0; i < 20; ++i) {
        CallQuery query;
        query.from = kStart;
        query.to = kStart + seconds(samples.Below(25));
        query.filters = WildFilters(samples);
        query.text = samples.OneIn(3) ? samples.OneOf<std::string>({"w1", "W2", "-7"}) : "";
        query.limit = 37;
        while (true) {
            const Result<std::vector<Call>> wanted = reference->List(query);
            const Result<std::vector<Call>> got = store.List(query);
            ASSERT_TRUE(wanted.Ok());
            ASSERT_TRUE(got.Ok()) << got.error().message;
            ASSERT_EQ(*got, *wanted);
            if (wanted->size() < query.limit) {
                break;
            }
            query.before = CallQuery::Cursor{*wanted->back().started_at, wanted->back().call_id};
        }
    }
}

TEST_F(DuckDbStoreTest, GivesBackEveryFieldOfACallAfterReopening) {
    Samples samples(5);
    Batch batch;
    for (int j = 0; j < 300; ++j) {
        batch.calls.push_back(samples.WildCall(kStart, kSpan));
    }
    ASSERT_TRUE(Open().Commit(batch).Ok());
    Store& store = Open();
    for (const Call& call : batch.calls) {
        const Result<Call> found = store.Find(call.call_id);
        ASSERT_TRUE(found.Ok()) << found.error().message;
        EXPECT_EQ(*found, call);
    }
    EXPECT_EQ(store.Find(Uuid{}).error().code, ErrorCode::kNotFound);
}

TEST_F(DuckDbStoreTest, KeepsTheLatestVersionOfACall) {
    Call call = CallAt(kStart, 1);
    call.model = "first";
    Store& store = Open();
    ASSERT_TRUE(store.Commit(BatchOf({call, CallAt(kStart, 2)})).Ok());
    call.model = "second";
    ASSERT_TRUE(store.Commit(BatchOf({call})).Ok());
    Call twice = call;
    twice.model = "third";
    Call last = call;
    last.model = "fourth";
    ASSERT_TRUE(store.Commit(BatchOf({twice, last, CallAt(kStart, 3)})).Ok());
    EXPECT_EQ(store.Find(call.call_id)->model, "fourth");
    EXPECT_EQ(store.Select(CountAll())->rows[0][0], Cell(std::int64_t{3}));

    call.model = "after reopening";
    Store& reopened = Open();
    ASSERT_TRUE(reopened.Commit(BatchOf({call})).Ok());
    EXPECT_EQ(reopened.Find(call.call_id)->model, "after reopening");
    EXPECT_EQ(reopened.Select(CountAll())->rows[0][0], Cell(std::int64_t{3}));
}

TEST_F(DuckDbStoreTest, KeepsContentAndFindsItsText) {
    Store& store = Open();
    Batch batch = BatchOf({CallAt(kStart, 1), CallAt(kStart + seconds(1), 2)});
    const Uuid id = batch.calls[0].call_id;
    batch.contents = {{id, "What is a Sight Glass?", "A window. 100% clear_", true, false}};
    ASSERT_TRUE(store.Commit(batch).Ok());
    EXPECT_EQ(*store.FindContent(id), batch.contents[0]);
    EXPECT_EQ(store.FindContent(batch.calls[1].call_id).error().code, ErrorCode::kNotFound);

    CallQuery query;
    query.from = kStart;
    query.to = kStart + hours(1);
    for (const char* text : {"sight glass", "WINDOW", "100% c", "clear_"}) {
        query.text = text;
        const Result<std::vector<Call>> found = store.List(query);
        ASSERT_TRUE(found.Ok());
        ASSERT_EQ(found->size(), 1u) << text;
        EXPECT_EQ(found->front().call_id, id);
    }
    query.text = "100_ c";
    EXPECT_TRUE(store.List(query)->empty());

    batch.contents[0].output = "Replaced.";
    batch.calls.clear();
    ASSERT_TRUE(store.Commit(batch).Ok());
    EXPECT_EQ(store.FindContent(id)->output, "Replaced.");
}

TEST_F(DuckDbStoreTest, FindsWhatWasSaidUnderTheIdOfAnyRecordOfACall) {
    Store& store = Open();
    const std::unique_ptr<Store> reference = NewMemoryStore();
    Batch batch = BatchOf({CallAt(kStart, 1), CallAt(kStart + seconds(1), 2)});
    const Uuid record = CallAt(kStart, 99).call_id;
    batch.calls[0].joined = R"([{"call_id":")" + ToString(batch.calls[0].call_id) +
                            R"(","source":"gateway"},{"call_id":"no-id"},{"call_id":")" +
                            ToString(record) + R"(","source":"otlp"}])";
    batch.contents = {{record, "What is a Sight Glass?", "A window.", true, false}};
    CallQuery query;
    query.from = kStart;
    query.to = kStart + hours(1);
    for (const bool keep : {false, true}) {
        for (Store* const one : {&store, reference.get()}) {
            ASSERT_TRUE((keep ? one->Keep() : one->Stage(batch)).Ok());
            query.text = "sight glass";
            ASSERT_EQ(one->List(query)->size(), 1U);
            EXPECT_EQ(one->List(query)->front(), batch.calls[0]);
            query.text = "no such words";
            EXPECT_TRUE(one->List(query)->empty());
        }
    }
}

TEST_F(DuckDbStoreTest, KeepsJournalPositionsWithTheCalls) {
    Store& store = Open();
    Batch batch = BatchOf({CallAt(kStart, 1)});
    batch.positions = {{1, 100}, {2, 200}};
    ASSERT_TRUE(store.Commit(batch).Ok());
    batch.calls.clear();
    batch.positions = {{2, 250}, {3, 300}};
    batch.forgotten_segments = {1};
    ASSERT_TRUE(store.Commit(batch).Ok());
    const JournalPositions wanted = {{2, 250}, {3, 300}};
    EXPECT_EQ(*store.Positions(), wanted);
    EXPECT_EQ(*Open().Positions(), wanted);
}

TEST_F(DuckDbStoreTest, TakesHostileTextAndNumbersWithoutHarm) {
    Store& store = Open();
    Call call = CallAt(kStart, 1);
    call.user = std::string("a\0b'\"; DROP TABLE calls; --", 27);
    call.service = "\xff\xfe not UTF-8 \xc3\x28 and long enough to leave the inline form";
    call.team = "\xf0\x9f\x98\x80";
    call.tags = {{"x", "1"}, {"x", "2"}, {"", ""}};
    call.fresh_input_tokens = std::numeric_limits<std::int64_t>::max();
    call.cached_input_tokens = std::numeric_limits<std::int64_t>::max();
    call.output_tokens = std::numeric_limits<std::int64_t>::max();
    call.cost = Money::FromNanoUsd(std::numeric_limits<std::int64_t>::max());
    ASSERT_TRUE(store.Commit(BatchOf({call, CallAt(kStart, 2)})).Ok());

    Plan plan = CountAll({"calls", "total_tokens", "cost_usd"});
    plan.group_by = {
        MakeFilter("user", Comparison::kIs, {}),
        MakeFilter("tag:x", Comparison::kIs, {})};
    plan.filters = {MakeFilter("user", Comparison::kIs, {call.user})};
    const Result<Table> table = store.Select(plan);
    ASSERT_TRUE(table.Ok()) << table.error().message;
    ASSERT_EQ(table->rows.size(), 1u);
    EXPECT_EQ(table->rows[0][0], Cell(call.user));
    EXPECT_EQ(table->rows[0][1], Cell(std::string("1")));
    EXPECT_EQ(store.Find(call.call_id)->team, call.team);
    EXPECT_THAT(store.Find(call.call_id)->service, HasSubstr(" not UTF-8 "));
    EXPECT_EQ(store.GetStats()->calls, 2u);
}

TEST_F(DuckDbStoreTest, CountsWhatItHolds) {
    Store& store = Open();
    EXPECT_EQ(store.GetStats()->calls, 0u);
    EXPECT_EQ(store.GetStats()->oldest, std::nullopt);
    ASSERT_TRUE(store.Commit(BatchOf({CallAt(kStart, 1), CallAt(kStart + hours(2), 2)})).Ok());
    const Result<StoreStats> stats = store.GetStats();
    ASSERT_TRUE(stats.Ok());
    EXPECT_EQ(stats->calls, 2u);
    EXPECT_EQ(stats->oldest, kStart);
    EXPECT_EQ(stats->newest, kStart + hours(2));
    EXPECT_GT(stats->bytes, 0u);
}

TEST_F(DuckDbStoreTest, StartsWeeksOnMonday) {
    Store& store = Open();
    ASSERT_TRUE(store
                    .Commit(BatchOf(
                        {CallAt(*ParseTime("2026-11-22T23:59:59Z", kStart), 1),
                         CallAt(*ParseTime("2026-11-23T00:00:00Z", kStart), 2)}
                    ))
                    .Ok());
    Plan plan = CountAll();
    plan.interval = hours(24 * 7);
    const Result<Table> table = store.Select(plan);
    ASSERT_TRUE(table.Ok());
    ASSERT_EQ(table->rows.size(), 2u);
    EXPECT_EQ(FormatTime(std::get<Time>(table->rows[0][0])), "2026-11-16T00:00:00Z");
    EXPECT_EQ(FormatTime(std::get<Time>(table->rows[1][0])), "2026-11-23T00:00:00Z");
}

TEST_F(DuckDbStoreTest, RefusesASecondOpening) {
    Open();
    const Result<std::unique_ptr<Store>> second = OpenDuckDb(File(), {});
    ASSERT_FALSE(second.Ok());
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
    EXPECT_THAT(
        second.error().message,
        HasSubstr("(pid " + std::to_string(getpid()) + ") has " + directory_.path().string())
    );
}

TEST_F(DuckDbStoreTest, RefusesAFileThatIsNotItsOwn) {
    std::ofstream(File()) << std::string(20'000, 'x');
    const Result<std::unique_ptr<Store>> opened = OpenDuckDb(File(), {});
    ASSERT_FALSE(opened.Ok());
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt) << opened.error().message;
}

TEST_F(DuckDbStoreTest, RefusesQuestionsThatMakeNoSense) {
    Store& store = Open();
    EXPECT_EQ(store.Select(Plan{}).error().code, ErrorCode::kInvalidArgument);
    Plan plan = CountAll();
    plan.order_by = {{"nothing", false}};
    EXPECT_EQ(store.Select(plan).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sightglass::store
