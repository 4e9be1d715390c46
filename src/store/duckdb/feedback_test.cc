// Feedback in the embedded engine, beside the reference and beside plain SQL.
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/test_directory.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/read_rows.h"
#include "store/duckdb/sample_calls.h"
#include "store/duckdb/sample_plans.h"
#include "store/memory.h"

namespace sightglass::store {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Time kStart = TimeFromMicros(1'790'000'000'000'000);
constexpr Duration kSpan = hours(60);

std::string Named(const char* what, std::int64_t number) {
    return what + std::to_string(number);
}

class DuckDbFeedbackTest : public testing::Test {
protected:
    DuckDbFeedbackTest() { Open(); }

    ~DuckDbFeedbackTest() override { store_.reset(); }

    Path File() const { return directory_ / "calls.duckdb"; }

    void Open() {
        store_.reset();
        Result<std::unique_ptr<Store>> opened = OpenDuckDb(File(), {});
        ASSERT_TRUE(opened.Ok()) << opened.error().message;
        store_ = std::move(*opened);
    }

    Time SomeTime() { return kStart + Duration(samples_.Below(kSpan.count())); }

    /// Sessions, traces and answers of few names, so that feedback has several calls to choose from.
    Call MakeCall() {
        Call call = samples_.TrafficCall(SomeTime());
        call.session_id = samples_.OneIn(3) ? "" : Named("session-", samples_.Below(12));
        call.trace_id = samples_.OneIn(3) ? "" : Named("trace-", samples_.Below(12));
        call.span_id = call.trace_id.empty() ? "" : Named("span-", samples_.Below(6));
        call.provider_response_id = Named("chatcmpl-", samples_.Below(40));
        if (samples_.OneIn(6)) {
            const Uuid other = ids_.Next(*call.started_at);
            records_.push_back(other);
            call.joined = "[{\"call_id\":\"" + ToString(call.call_id) +
                          "\",\"source\":\"gateway\",\"gave\":[]},{\"call_id\":\"" +
                          ToString(other) + "\",\"source\":\"otlp\",\"span_id\":\"" +
                          Named("span-", samples_.Below(6)) + "\",\"parent_span_id\":\"span-1\"}]";
        }
        known_.push_back(call);
        return call;
    }

    Feedback MakeFeedback() {
        Feedback feedback;
        feedback.id = Named("f-", samples_.Below(400));
        feedback.created_at = SomeTime();
        switch (samples_.Below(5)) {
            case 0:
                feedback.call_id = samples_.OneOf(known_).call_id;
                break;
            case 1:
                feedback.call_id = records_.empty() ? ids_.Next(kStart) : samples_.OneOf(records_);
                break;
            case 2:
                feedback.provider_response_id = Named("chatcmpl-", samples_.Below(45));
                break;
            case 3:
                feedback.trace_id = Named("trace-", samples_.Below(14));
                feedback.span_id = samples_.OneIn(2) ? "" : Named("span-", samples_.Below(8));
                break;
            default:
                feedback.session_id = Named("session-", samples_.Below(14));
        }
        const std::vector<std::optional<double>> scores = {1, -1, 0, 0.5, std::nullopt};
        feedback.score = samples_.OneOf(scores);
        feedback.name = samples_.OneIn(2) ? "helpful" : "";
        feedback.label = samples_.OneIn(2) ? "up" : "";
        feedback.comment = samples_.OneIn(3) ? "it said what I wanted to know" : "";
        feedback.user = samples_.OneIn(2) ? "ada" : "";
        feedback.source = samples_.OneIn(2) ? FeedbackSource::kApi : FeedbackSource::kLangfuse;
        return feedback;
    }

    Batch MakeBatch() {
        Batch batch;
        for (std::int64_t i = 20 + samples_.Below(60); i >= 0; --i) {
            batch.calls.push_back(MakeCall());
        }
        for (std::int64_t i = samples_.Below(60); i >= 0; --i) {
            batch.feedback.push_back(MakeFeedback());
        }
        return batch;
    }

    Plan MakePlan() {
        Plan plan = WildPlan(samples_, kStart, kSpan);
        plan.metrics = {
            FindMetric("calls"),
            FindMetric("feedback_count"),
            FindMetric("satisfaction_rate")};
        if (samples_.OneIn(4)) {
            plan.metrics.push_back(FindMetric("session_turns_avg"));
        }
        return plan;
    }

    void ExpectSameTable(const Plan& plan) {
        const auto ours = store_->Select(plan);
        const auto wanted = reference_->Select(plan);
        ASSERT_TRUE(ours.Ok()) << ours.error().message;
        ASSERT_TRUE(wanted.Ok());
        EXPECT_EQ(ours->rows, wanted->rows);
    }

    void ExpectSamePages(FeedbackQuery query) {
        for (;;) {
            const auto ours = store_->ListFeedback(query);
            const auto wanted = reference_->ListFeedback(query);
            ASSERT_TRUE(ours.Ok()) << ours.error().message;
            ASSERT_EQ(*ours, *wanted);
            if (ours->size() < query.limit) {
                return;
            }
            query.before = {ours->back().created_at, ours->back().id};
        }
    }

    void ExpectSameOfCalls() {
        std::size_t found = 0;
        for (std::size_t i = 0; i < known_.size(); i += 5) {
            const auto ours = store_->FindFeedback(known_[i]);
            ASSERT_TRUE(ours.Ok()) << ours.error().message;
            EXPECT_EQ(*ours, *reference_->FindFeedback(known_[i]));
            found += ours->size();
        }
        EXPECT_GT(found, 0U);
    }

    Samples samples_{21};
    UuidSource ids_{22};
    std::vector<Call> known_;
    std::vector<Uuid> records_;
    const TestDirectory directory_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Store> reference_ = NewMemoryStore();
};

TEST_F(DuckDbFeedbackTest, AnswersAsTheReferenceDoesWhateverIsStagedOrKept) {
    for (int round = 0; round < 6; ++round) {
        const Batch batch = MakeBatch();
        ASSERT_TRUE(store_->Stage(batch).Ok());
        ASSERT_TRUE(reference_->Commit(batch).Ok());
        if (round == 1 || round == 3) {
            ASSERT_TRUE(store_->Keep().Ok());
        }
        for (int i = 0; i < 6; ++i) {
            ExpectSameTable(MakePlan());
        }
        FeedbackQuery query;
        query.from = kStart + hours(samples_.Below(30));
        query.to = query.from + hours(1 + samples_.Below(50));
        query.limit = 1 + static_cast<std::size_t>(samples_.Below(12));
        ExpectSamePages(query);
        query.name = "helpful";
        query.user = "ada";
        query.source = FeedbackSource::kApi;
        ExpectSamePages(query);
        query = {};
        query.from = kStart;
        query.to = kStart + kSpan;
        query.about = {{known_.front().call_id}, {"chatcmpl-3"}, {"trace-1"}, {"session-2"}};
        ExpectSamePages(query);
    }
    ExpectSameOfCalls();
}

/// By every dimension: each row of an answer beside the same groups in SQL that says it plainly.
TEST_F(DuckDbFeedbackTest, CountsAsPlainSqlDoesByEveryDimension) {
    Batch batch = MakeBatch();
    for (int i = 0; i < 5; ++i) {
        Batch more = MakeBatch();
        std::move(more.calls.begin(), more.calls.end(), std::back_inserter(batch.calls));
        std::move(more.feedback.begin(), more.feedback.end(), std::back_inserter(batch.feedback));
    }
    for (Feedback& feedback : batch.feedback) {
        feedback.span_id.clear();
    }
    for (Call& call : batch.calls) {
        call.joined.clear();
    }
    ASSERT_TRUE(store_->Commit(batch).Ok());
    std::vector<std::pair<std::string, std::vector<std::vector<Cell>>>> answers;
    for (const std::string_view name : DimensionNames()) {
        Plan plan;
        plan.from = kStart;
        plan.to = kStart + kSpan;
        plan.metrics = {FindMetric("feedback_count"), FindMetric("satisfaction_rate")};
        plan.group_by = {MakeFilter(std::string(name), Comparison::kIs, {})};
        const auto table = store_->Select(plan);
        ASSERT_TRUE(table.Ok()) << name << ": " << table.error().message;
        answers.emplace_back(name, table->rows);
    }
    store_.reset();
    DatabaseHandle database;
    ConnectionHandle connection;
    ASSERT_EQ(duckdb_open(File().c_str(), database.Out()), DuckDBSuccess);
    ASSERT_EQ(duckdb_connect(database.get(), connection.Out()), DuckDBSuccess);
    ASSERT_TRUE(Execute(
                    connection.get(),
                    "CREATE TEMP TABLE about AS SELECT f.id, any_value(f.score) AS score, "
                    "arg_max(c.call_id, c.started_at) AS call_id FROM feedback f, calls c "
                    "WHERE f.call_id = c.call_id OR f.trace_id = c.trace_id "
                    "OR f.provider_response_id = c.provider_response_id "
                    "OR (f.session_id = c.session_id AND c.started_at <= f.created_at) "
                    "GROUP BY f.id"
    )
                    .Ok());
    for (const auto& [name, rows] : answers) {
        const std::string column = name == "stream" || name == "cache_hit"
                                       ? "CAST(c." + name + " AS VARCHAR)"
                                       : "c.\"" + name + "\"";
        auto plain = store::Run(
            connection.get(),
            {"SELECT " + column + " AS d, count(a.id), " +
                 "sum(CASE WHEN a.score > 0 THEN 1.0 ELSE 0.0 END) / "
                 "nullif(sum(CASE WHEN a.score <> 0 THEN 1.0 ELSE 0.0 END), 0) "
                 "FROM calls c LEFT JOIN about a ON a.call_id = c.call_id "
                 "GROUP BY d ORDER BY d ASC NULLS LAST",
             {}},
            NoDeadline()
        );
        ASSERT_TRUE(plain.Ok()) << name << ": " << plain.error().message;
        EXPECT_EQ(ReadTable(*plain, 3, 0), rows) << name;
    }
}

TEST_F(DuckDbFeedbackTest, WhatIsSaidAgainTakesThePlaceOfWhatWasSaid) {
    Batch batch;
    batch.calls = {MakeCall()};
    const Call& call = batch.calls.front();
    Feedback feedback;
    feedback.id = "f-1";
    feedback.created_at = kStart + kSpan;
    feedback.call_id = call.call_id;
    feedback.score = 1;
    batch.feedback = {feedback};
    const auto say = [&](double score) {
        Batch again;
        feedback.score = score;
        again.feedback = {feedback};
        return again;
    };
    const auto expect = [&](double score) {
        const auto found = store_->FindFeedback(call);
        ASSERT_TRUE(found.Ok()) << found.error().message;
        EXPECT_EQ(*found, std::vector<Feedback>{feedback});
        EXPECT_EQ(found->front().score, score);
    };
    ASSERT_TRUE(store_->Stage(batch).Ok());
    ASSERT_TRUE(store_->Stage(say(-1)).Ok());
    expect(-1);
    ASSERT_TRUE(store_->Keep().Ok());
    expect(-1);
    ASSERT_TRUE(store_->Stage(say(0.5)).Ok());
    expect(0.5);
    ASSERT_TRUE(store_->Keep().Ok());
    Open();
    expect(0.5);
    ASSERT_TRUE(store_->Commit(say(1)).Ok());
    ASSERT_TRUE(store_->Commit(say(1)).Ok());
    expect(1);
}

TEST_F(DuckDbFeedbackTest, EveryMemberComesBackAndUnknownStaysUnknown) {
    Feedback whole;
    whole.id = "f-2";
    whole.created_at = kStart + minutes(2);
    whole.call_id = ids_.Next(kStart);
    whole.provider_response_id = "chatcmpl-1";
    whole.trace_id = "trace";
    whole.span_id = "span";
    whole.session_id = "session";
    whole.score = -0.125;
    whole.name = "tone";
    whole.label = "too formal";
    whole.comment = "\xe4\xbd\xa0\xe5\xa5\xbd";
    whole.user = "ada";
    whole.source = FeedbackSource::kOtlp;
    Feedback bare;
    bare.id = "f-1";
    bare.created_at = kStart + minutes(1);
    Batch batch;
    batch.feedback = {whole, bare};
    ASSERT_TRUE(store_->Commit(batch).Ok());
    FeedbackQuery query;
    query.from = kStart;
    query.to = kStart + hours(1);
    const auto found = store_->ListFeedback(query);
    ASSERT_TRUE(found.Ok());
    EXPECT_EQ(*found, batch.feedback);
}

}  // namespace
}  // namespace sightglass::store
