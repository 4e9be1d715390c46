// What is derived of a call comes before its end, after it, late or never.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "pipeline/derived.h"
#include "pipeline/pipeline.h"
#include "pipeline/pipeline_fixture.h"

namespace sightglass::pipeline {
namespace {

using journal::RecordType;

class PipelineDerivedTest : public ::testing::Test {
protected:
    void Start(Duration keep_interval) {
        options_.keep_interval = keep_interval;
        Open();
    }

    void Open() {
        OpenJournal();
        pipeline_ =
            Pipeline::Start(*journal_, store_, live_, std::make_shared<NoPrices>(), options_)
                .value();
        MakeWriters();
    }

    void OpenJournal() {
        journal::Options journal_options;
        journal_options.segment_bytes = 64U << 10;
        journal_options.ring_bytes = 64U << 10;
        journal_options.total_bytes_max = 4U << 20;
        journal_ = journal::Journal::Open(directory_.path(), journal_options).value();
    }

    void MakeWriters() {
        worker_ = journal_->NewWriter("worker-0").value();
        derive_ = journal_->NewWriter("derive-0").value();
    }

    void Close() {
        worker_.reset();
        derive_.reset();
        if (pipeline_ != nullptr) {
            pipeline_->Stop();
            pipeline_.reset();
        }
        journal_.reset();
    }

    ~PipelineDerivedTest() override {
        if (pipeline_ != nullptr) {
            Close();
        }
    }

    /// A call whose stream broke off before its provider said how many tokens it had.
    Call CutOff() {
        Call call;
        call.started_at = TimeFromMicros(1'700'000'000'000'000);
        call.call_id = ids_.Next(*call.started_at);
        call.source = Source::kGateway;
        call.ended_at = *call.started_at + std::chrono::milliseconds(250);
        call.upstream = "openai";
        call.model = "gpt-5";
        call.http_status = 200;
        call.status = CallStatus::kCancelled;
        return call;
    }

    void AppendEnd(const Call& call) {
        ASSERT_TRUE(AppendCall(*worker_, RecordType::kCallBegin, call));
        ASSERT_TRUE(AppendCall(*worker_, RecordType::kCallEndDerived, call));
    }

    void AppendDerived(const Call& call, std::int64_t output_tokens = 34) {
        Derived derived;
        derived.call_id = call.call_id;
        derived.input_tokens = 12;
        derived.output_tokens = output_tokens;
        AppendDerived(derived);
    }

    void AppendDerived(const Derived& derived) {
        std::string bytes;
        EncodeDerived(derived, bytes);
        ASSERT_TRUE(derive_->Append(RecordType::kDerived, bytes.size(), [&](char* out) {
            bytes.copy(out, bytes.size());
        }));
    }

    static bool WaitUntil(const std::function<bool()>& reached) {
        for (int i = 0; i < 1000 && !reached(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return reached();
    }

    Call Stored(const Call& call) {
        auto stored = store_.Find(call.call_id);
        return stored.Ok() ? std::move(stored).value() : Call();
    }

    void ExpectCounted(const Call& call) {
        EXPECT_TRUE(WaitUntil([&] { return Stored(call).output_tokens == 34; }));
        const Call stored = Stored(call);
        EXPECT_EQ(stored.fresh_input_tokens, 12);
        EXPECT_EQ(stored.token_source, TokenSource::kCounted);
        EXPECT_NE(stored.repairs.find("count"), std::string::npos) << stored.repairs;
    }

    journal::TestDirectory directory_;
    PipelineOptions options_;
    FailingStore store_;
    live::Live live_{Clock::System()};
    UuidSource ids_;
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<Pipeline> pipeline_;
    std::unique_ptr<journal::Writer> worker_;
    std::unique_ptr<journal::Writer> derive_;
};

TEST_F(PipelineDerivedTest, ACallThatWaitsForWhatIsDerivedIsTakenInOnce) {
    Start(std::chrono::hours(1));
    const Call after = CutOff();
    AppendEnd(after);
    AppendDerived(after);
    ExpectCounted(after);
    const Call before = CutOff();
    AppendDerived(before);
    AppendEnd(before);
    ExpectCounted(before);
    EXPECT_EQ(store_.committed_calls, 2U);
    EXPECT_TRUE(WaitUntil([&] { return pipeline_->GetStats().committed_calls == 2; }));
}

TEST_F(PipelineDerivedTest, ACallStandsWithoutWhatNeverComes) {
    Start(std::chrono::hours(1));
    const Call call = CutOff();
    AppendEnd(call);
    EXPECT_TRUE(WaitUntil([&] { return Stored(call).status == CallStatus::kCancelled; }));
    EXPECT_FALSE(Stored(call).output_tokens);
    EXPECT_EQ(Stored(call).token_source, TokenSource::kNone);
}

TEST_F(PipelineDerivedTest, WhatComesLateMakesANewVersionThatIsCountedOnce) {
    Start(std::chrono::hours(1));
    const Call call = CutOff();
    AppendEnd(call);
    EXPECT_TRUE(WaitUntil([&] { return store_.Find(call.call_id).Ok(); }));
    AppendDerived(call);
    ExpectCounted(call);
    EXPECT_EQ(store_.GetStats()->calls, 1U);
    EXPECT_EQ(pipeline_->GetStats().committed_calls, 1U);
    EXPECT_EQ(live_.Since(0).calls.size(), 1U);
}

TEST_F(PipelineDerivedTest, NoEndIsHeldWhenTheJournalsPositionsAreKept) {
    Start(std::chrono::milliseconds(1));
    const Call first = CutOff();
    AppendEnd(first);
    const Call second = CutOff();
    AppendEnd(second);
    AppendDerived(second);
    Close();
    EXPECT_TRUE(store_.Find(first.call_id).Ok());
    Open();  // What it left says how far it came: nothing comes again, nothing is missing.
    EXPECT_EQ(store_.GetStats()->calls, 2U);
    AppendDerived(first);
    ExpectCounted(first);
    ExpectCounted(second);
}

TEST_F(PipelineDerivedTest, ATurnIsPlacedAfterTheOneThatItGoesOnFrom) {
    const Call first = CutOff();
    Call second = CutOff();
    second.started_at = *first.ended_at + std::chrono::milliseconds(1);
    second.ended_at = *second.started_at + std::chrono::milliseconds(1);
    Derived of_first;
    of_first.call_id = first.call_id;
    of_first.thread.request = 10;
    of_first.thread.answered = 11;
    Derived of_second;
    of_second.call_id = second.call_id;
    of_second.thread.request = 12;
    of_second.thread.prefixes = {11};
    of_second.thread.asks = true;
    OpenJournal();  // With nobody who reads, so that both are read at once.
    MakeWriters();
    AppendEnd(second);
    AppendEnd(first);
    AppendDerived(of_second);
    AppendDerived(of_first);
    ASSERT_TRUE(journal_->Sync().Ok());
    Close();
    Start(std::chrono::hours(1));
    ASSERT_TRUE(WaitUntil([&] { return Stored(second).turn == 2; }));
    EXPECT_EQ(Stored(first).turn, 1);
    EXPECT_EQ(Stored(second).session_id, Stored(first).session_id);
}

TEST_F(PipelineDerivedTest, WhatBelongsToNoCallIsPassedOver) {
    Start(std::chrono::hours(1));
    AppendDerived(CutOff());
    const Call call = CutOff();
    AppendEnd(call);
    AppendDerived(call);
    ExpectCounted(call);
    EXPECT_EQ(pipeline_->GetStats().undecodable_records, 0U);
}

}  // namespace
}  // namespace sightglass::pipeline
