// Traces in the embedded engine, beside the reference.
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

using std::chrono::hours;
using std::chrono::seconds;

constexpr Time kStart = TimeFromMicros(1'790'000'000'000'000);

class DuckDbTracesTest : public testing::Test {
protected:
    DuckDbTracesTest() { Open(); }

    ~DuckDbTracesTest() override { store_.reset(); }

    void Open() {
        store_.reset();
        Result<std::unique_ptr<Store>> opened = OpenDuckDb(directory_ / "calls.duckdb", {});
        ASSERT_TRUE(opened.Ok()) << opened.error().message;
        store_ = std::move(*opened);
    }

    static std::string TraceId(int number) { return "trace-" + std::to_string(number); }

    /// A part that begins within two hours of its trace.
    Time StartIn(int trace) {
        return kStart + hours(3 * trace) + Duration(samples_.Below(7'200'000'000));
    }

    Call MakeCall(int trace) {
        Call call = samples_.TrafficCall(StartIn(trace));
        call.trace_id = TraceId(trace);
        call.span_id = std::to_string(samples_.Below(1'000'000'000));
        call.parent_span_id = samples_.OneIn(3) ? "" : "parent";
        if (samples_.OneIn(5)) {
            call.model.clear();
            call.output_tokens.reset();
            call.cost.reset();
        }
        return call;
    }

    Span MakeSpan(int trace) {
        Span span;
        span.started_at = StartIn(trace);
        span.id = ids_.Next(*span.started_at);
        span.trace_id = TraceId(trace);
        span.span_id = std::to_string(samples_.Below(1'000'000'000));
        span.parent_span_id = samples_.OneIn(4) ? "" : "parent";
        span.source = Source::kOtlp;
        span.kind = static_cast<SpanKind>(samples_.Below(static_cast<int>(SpanKind::kCount_)));
        span.name = "step " + std::to_string(samples_.Below(5));
        span.service = samples_.OneIn(3) ? "" : "service-" + std::to_string(samples_.Below(30));
        if (!samples_.OneIn(4)) {
            span.ended_at = *span.started_at + Duration(samples_.Below(9'000'000));
        }
        span.status = samples_.OneIn(5) ? CallStatus::kError : CallStatus::kOk;
        span.error_message = span.status == CallStatus::kError ? "it broke" : "";
        return span;
    }

    Batch MakeBatch(int traces) {
        Batch batch;
        for (std::int64_t i = samples_.Below(60); i >= 0; --i) {
            batch.calls.push_back(MakeCall(static_cast<int>(samples_.Below(traces))));
        }
        for (std::int64_t i = samples_.Below(60); i >= 0; --i) {
            batch.spans.push_back(MakeSpan(static_cast<int>(samples_.Below(traces))));
        }
        return batch;
    }

    void ExpectSamePages(TraceQuery query) {
        for (;;) {
            const auto ours = store_->ListTraces(query);
            const auto wanted = reference_->ListTraces(query);
            ASSERT_TRUE(ours.Ok()) << ours.error().message;
            ASSERT_EQ(ours->size(), wanted->size());
            for (std::size_t i = 0; i < ours->size(); ++i) {
                EXPECT_EQ((*ours)[i], (*wanted)[i]) << (*ours)[i].trace_id;
            }
            if (ours->size() < query.limit) {
                return;
            }
            query.before = {ours->back().started_at, ours->back().trace_id};
        }
    }

    void ExpectSameTrace(const TraceKey& key) {
        const auto ours = store_->FindTrace(key);
        const auto wanted = reference_->FindTrace(key);
        ASSERT_EQ(ours.Ok(), wanted.Ok());
        if (ours.Ok()) {
            EXPECT_EQ(ours->calls, wanted->calls);
            EXPECT_EQ(ours->spans, wanted->spans);
            EXPECT_EQ(ours->truncated, wanted->truncated);
        }
    }

    Samples samples_{11};
    UuidSource ids_{12};
    const TestDirectory directory_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Store> reference_ = NewMemoryStore();
};

TEST_F(DuckDbTracesTest, AnswersAsTheReferenceDoesWhateverIsStagedOrKept) {
    constexpr int kTraces = 40;
    for (int round = 0; round < 6; ++round) {
        const Batch batch = MakeBatch(kTraces);
        ASSERT_TRUE(store_->Stage(batch).Ok());
        ASSERT_TRUE(reference_->Commit(batch).Ok());
        if (round == 2) {
            ASSERT_TRUE(store_->Keep().Ok());
        }
        TraceQuery query;
        query.from = kStart + hours(samples_.Below(20));
        query.to = kStart + hours(20 + samples_.Below(150));
        query.limit = 1 + static_cast<std::size_t>(samples_.Below(12));
        ExpectSamePages(query);
        query.filters = {MakeFilter("status", Comparison::kIs, {"error"})};
        ExpectSamePages(query);
        TraceKey key{
            TraceId(static_cast<int>(samples_.Below(kTraces + 2))),
            kStart,
            kStart + hours(999)};
        ExpectSameTrace(key);
        key.parts_max = 2;
        ExpectSameTrace(key);
    }
}

TEST_F(DuckDbTracesTest, ASpanThatIsToldAgainIsStoredOnce) {
    Batch batch;
    batch.spans = {MakeSpan(1), MakeSpan(1)};
    batch.spans.push_back(batch.spans.front());
    const TraceKey key{TraceId(1), kStart, kStart + hours(999)};
    const auto count = [&] { return store_->FindTrace(key)->spans.size(); };
    ASSERT_TRUE(store_->Stage(batch).Ok());
    ASSERT_TRUE(store_->Stage(batch).Ok());
    EXPECT_EQ(count(), 2U);
    ASSERT_TRUE(store_->Keep().Ok());
    ASSERT_TRUE(store_->Stage(batch).Ok());
    EXPECT_EQ(count(), 2U);
    ASSERT_TRUE(store_->Keep().Ok());
    Open();
    EXPECT_EQ(count(), 2U);
    ASSERT_TRUE(store_->Commit(batch).Ok());
    EXPECT_EQ(count(), 2U);
}

TEST_F(DuckDbTracesTest, EveryMemberOfASpanComesBack) {
    Batch batch;
    batch.spans = {MakeSpan(1), Span{}};
    batch.spans[0].subject = "weather";
    batch.spans[0].error_message = "no such town";
    batch.spans[1].id = ids_.Next(kStart);
    batch.spans[1].trace_id = TraceId(1);
    batch.spans[1].started_at = kStart;
    ASSERT_TRUE(store_->Commit(batch).Ok());
    const auto trace = store_->FindTrace({TraceId(1), kStart, kStart + hours(999)});
    ASSERT_TRUE(trace.Ok());
    ASSERT_EQ(trace->spans.size(), 2U);
    EXPECT_EQ(trace->spans[0], batch.spans[1]);
    EXPECT_EQ(trace->spans[1], batch.spans[0]);
}

TEST_F(DuckDbTracesTest, WhatIsNotThereIsNotFound) {
    const auto trace = store_->FindTrace({"nothing", kStart, kStart + hours(1)});
    ASSERT_FALSE(trace.Ok());
    EXPECT_EQ(trace.error().code, ErrorCode::kNotFound);
    TraceQuery query;
    query.from = kStart;
    query.to = kStart + hours(1);
    EXPECT_TRUE(store_->ListTraces(query)->empty());
}

}  // namespace
}  // namespace sightglass::store
