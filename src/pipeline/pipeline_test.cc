#include "pipeline/pipeline.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call/feedback_encoding.h"
#include "call/span_encoding.h"
#include "pipeline/pipeline_fixture.h"

namespace sightglass::pipeline {
namespace {

using journal::RecordType;

/// Runs a journal and a pipeline, ends them well or badly, and starts them again on what is left.
class PipelineTest : public ::testing::Test {
protected:
    void SetUp() override { Start(directory_.path()); }

    void Start(const std::filesystem::path& directory) {
        auto journal = journal::Journal::Open(directory, JournalOptions());
        ASSERT_TRUE(journal.Ok()) << journal.error().message;
        journal_ = std::move(*journal);
        auto pipeline = TryStart();
        ASSERT_TRUE(pipeline.Ok()) << pipeline.error().message;
        pipeline_ = std::move(*pipeline);
        writer_ = journal_->NewWriter("worker-0").value();
    }

    Result<std::unique_ptr<Pipeline>> TryStart() {
        return Pipeline::Start(*journal_, store_, live_, std::make_shared<NoPrices>(), options_);
    }

    static journal::Options JournalOptions() {
        journal::Options options;
        options.segment_bytes = 64U << 10;
        options.ring_bytes = 64U << 10;
        options.total_bytes_max = 4U << 20;
        return options;
    }

    void StopCleanly() {
        writer_.reset();
        pipeline_->Stop();
        pipeline_.reset();
        journal_.reset();
    }

    /// What `kill -9` leaves: the files as they are now. What moves from file to file in the middle of a copy may be in none, so
    /// a copy counts that still is what there is.
    std::filesystem::path CopyOfFiles() {
        while (true) {
            const auto copy = copies_.path() / std::to_string(copy_count_++);
            std::error_code failed;
            std::filesystem::copy(directory_.path(), copy, failed);
            if (!failed && Contents(copy) == Contents(directory_.path())) {
                return copy;
            }
        }
    }

    static std::map<std::string, std::string> Contents(const std::filesystem::path& directory) {
        std::map<std::string, std::string> contents;
        for (const auto& entry : std::filesystem::directory_iterator(directory)) {
            std::ifstream file(entry.path(), std::ios::binary);
            contents[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
        }
        return contents;
    }

    void RestartFrom(const std::filesystem::path& directory) {
        StopCleanly();
        Start(directory);
    }

    void AppendBegin(int number) {
        ASSERT_TRUE(AppendCall(*writer_, RecordType::kCallBegin, BeginOf(number)));
    }

    void AppendEnd(int number) {
        ASSERT_TRUE(AppendCall(*writer_, RecordType::kCallEnd, EndOf(number)));
    }

    void WaitUntil(const std::function<bool()>& reached) {
        for (int i = 0; i < 1000 && !reached(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ASSERT_TRUE(reached());
    }

    std::optional<Call> Find(int number) {
        auto call = store_.Find(IdOf(number));
        return call.Ok() ? std::optional(*call) : std::nullopt;
    }

    std::uint64_t StoredCalls() { return store_.GetStats()->calls; }

    journal::TestDirectory directory_;
    journal::TestDirectory copies_;
    int copy_count_ = 0;
    PipelineOptions options_{.keep_interval = std::chrono::milliseconds(1)};
    FailingStore store_;
    live::Live live_{Clock::System()};
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<Pipeline> pipeline_;
    std::unique_ptr<journal::Writer> writer_;
};

TEST_F(PipelineTest, StoresACallRefinedWhenItEnds) {
    AppendBegin(1);
    AppendEnd(1);
    WaitUntil([&] { return Find(1).has_value(); });
    EXPECT_EQ(Find(1)->status, CallStatus::kOk);
    EXPECT_EQ(Find(1)->latency_us, 250'000);
    EXPECT_EQ(Find(1)->provider, "openai");
    WaitUntil([&] { return pipeline_->GetStats().committed_calls == 1; });  // Counted once stored.
}

TEST_F(PipelineTest, TellsLiveAboutEndedAndOpenCalls) {
    AppendBegin(1);
    AppendBegin(2);
    AppendEnd(1);
    WaitUntil([&] { return live_.Since(0).calls.size() == 1 && live_.InFlight() == 1; });
    EXPECT_EQ(live_.Since(0).calls[0]->call_id, IdOf(1));
    EXPECT_EQ(pipeline_->GetStats().open_calls, 1);
}

TEST_F(PipelineTest, CommitsWhatWasAppendedBeforeItStops) {
    options_.keep_interval = std::chrono::hours(1);
    RestartFrom(directory_.path());
    AppendBegin(1);
    AppendEnd(1);
    StopCleanly();
    EXPECT_TRUE(Find(1).has_value());
    EXPECT_TRUE(journal::FilesLike(directory_, ".seg").empty());
    EXPECT_TRUE(journal::FilesLike(directory_, ".ring").empty());
}

TEST_F(PipelineTest, KeepsContentWithItsCall) {
    const Content content{IdOf(1), "in", "out", true, false};
    const std::string bytes = EncodeContent(content);
    AppendBegin(1);
    AppendEnd(1);
    ASSERT_TRUE(journal::TryAppend(*writer_, bytes, RecordType::kContent));
    StopCleanly();
    ASSERT_TRUE(store_.FindContent(IdOf(1)).Ok());
    EXPECT_EQ(*store_.FindContent(IdOf(1)), content);
}

TEST_F(PipelineTest, StoresASpanOnceAlsoWhereItComesAgainAfterKill) {
    Span span;
    span.id = IdOf(1);
    span.trace_id = "trace";
    span.started_at = TimeFromMicros(1'700'000'000'000'000);
    span.name = "plan";
    std::string bytes;
    EncodeSpan(span, bytes);
    const store::TraceKey key{"trace", TimeFromMicros(0), *span.started_at + Duration(1)};
    ASSERT_TRUE(journal::TryAppend(*writer_, bytes, RecordType::kSpan));
    const auto as_killed = CopyOfFiles();
    WaitUntil([&] { return store_.FindTrace(key).Ok(); });
    RestartFrom(as_killed);
    ASSERT_TRUE(journal::TryAppend(*writer_, bytes, RecordType::kSpan));
    StopCleanly();
    ASSERT_TRUE(store_.FindTrace(key).Ok());
    EXPECT_EQ(store_.FindTrace(key)->spans, std::vector<Span>{span});
}

TEST_F(PipelineTest, StoresFeedbackOnceAndTheLatestOfAnId) {
    Feedback feedback;
    feedback.id = "f-1";
    feedback.call_id = IdOf(1);
    feedback.created_at = TimeFromMicros(1'795'305'687'000'000);
    const auto say = [&](double score) {
        feedback.score = score;
        std::string bytes;
        EncodeFeedback(feedback, bytes);
        ASSERT_TRUE(journal::TryAppend(*writer_, bytes, RecordType::kFeedback));
    };
    say(1);
    say(-1);
    AppendBegin(1);
    AppendEnd(1);
    WaitUntil([&] { return Find(1).has_value(); });
    EXPECT_EQ(*store_.FindFeedback(*Find(1)), std::vector<Feedback>{feedback});
}

TEST_F(PipelineTest, MakesCallsThatAnEarlierProcessLeftOpenInterrupted) {
    AppendBegin(1);
    AppendBegin(2);
    AppendEnd(2);
    const auto killed = CopyOfFiles();
    RestartFrom(killed);
    ASSERT_TRUE(Find(1).has_value());
    EXPECT_EQ(Find(1)->status, CallStatus::kInterrupted);
    EXPECT_EQ(Find(1)->error_type, ErrorType::kSelfInternal);
    EXPECT_EQ(Find(1)->ended_at, std::nullopt);
    EXPECT_EQ(Find(1)->latency_us, std::nullopt);
    EXPECT_EQ(Find(1)->cost, std::nullopt);
    EXPECT_EQ(Find(1)->started_at, BeginOf(1).started_at);
    EXPECT_EQ(Find(2)->status, CallStatus::kOk);
    EXPECT_EQ(pipeline_->GetStats().interrupted_calls, 1U);
    EXPECT_EQ(pipeline_->GetStats().open_calls, 0);
}

TEST_F(PipelineTest, KnowsWhatAnEarlierProcessLeftOpenBeforeItReturnsThoughItAppendsWhileItReads) {
    AppendBegin(1);
    AppendBegin(2);
    ASSERT_TRUE(AppendCall(*writer_, RecordType::kCallCarried, BeginOf(2)));
    AppendEnd(2);  // Which recovery has to note: its own record comes behind what was left.
    RestartFrom(CopyOfFiles());
    ASSERT_TRUE(Find(1).has_value());
    EXPECT_EQ(Find(1)->status, CallStatus::kInterrupted);
    EXPECT_EQ(Find(2)->status, CallStatus::kOk);
}

TEST_F(PipelineTest, AFailedCallBelongsToTheModelOfItsAliasAlsoAfterARestart) {
    AppendEnd(1);
    Call failed = EndOf(2);
    failed.model.clear();
    failed.http_status = 500;
    ASSERT_TRUE(AppendCall(*writer_, RecordType::kCallEnd, failed));
    WaitUntil([&] { return Find(2).has_value(); });
    EXPECT_EQ(Find(2)->status, CallStatus::kError);
    EXPECT_EQ(Find(2)->model, "gpt-5-2025-08-07");
    RestartFrom(directory_.path());
    failed.call_id = IdOf(3);
    ASSERT_TRUE(AppendCall(*writer_, RecordType::kCallEnd, failed));
    WaitUntil([&] { return Find(3).has_value(); });
    EXPECT_EQ(Find(3)->model, "gpt-5-2025-08-07");
    EXPECT_EQ(Find(3)->repairs, "complete_model,complete_outcome");
}

TEST_F(PipelineTest, CommitsEachCallOnceOverARestart) {
    for (int i = 0; i < 10; ++i) {
        AppendBegin(i);
        AppendEnd(i);
    }
    WaitUntil([&] { return StoredCalls() == 10; });
    const auto killed = CopyOfFiles();  // Its segment still holds all ten.
    const std::size_t before = store_.committed_calls;
    RestartFrom(killed);
    EXPECT_EQ(store_.committed_calls, before);
    EXPECT_EQ(StoredCalls(), 10U);
}

TEST_F(PipelineTest, KeepsAnOpenCallsBeginOverACommit) {
    AppendBegin(1);
    AppendBegin(2);
    AppendEnd(2);
    WaitUntil([&] { return StoredCalls() == 1; });  // The position is past the begin of 1.
    const auto killed = CopyOfFiles();
    RestartFrom(killed);
    EXPECT_EQ(Find(1)->status, CallStatus::kInterrupted);
    EXPECT_EQ(StoredCalls(), 2U);
}

TEST_F(PipelineTest, DoesNotInterruptACallWhoseCommitCameBeforeTheCrash) {
    AppendBegin(1);
    WaitUntil([&] { return pipeline_->GetStats().open_calls == 1; });
    AppendEnd(1);
    WaitUntil([&] { return StoredCalls() == 1; });
    RestartFrom(CopyOfFiles());
    EXPECT_EQ(Find(1)->status, CallStatus::kOk);
    EXPECT_EQ(pipeline_->GetStats().interrupted_calls, 0U);
}

TEST_F(PipelineTest, TriesAFailedCommitAgainAndLosesNothing) {
    store_.failing = true;
    AppendBegin(1);
    AppendEnd(1);
    WaitUntil([&] { return pipeline_->GetStats().failed_commits > 0; });
    WaitUntil([&] { return pipeline_->GetStats().lag.count() > 0; });  // Published a moment later.
    EXPECT_FALSE(Find(1).has_value());
    store_.failing = false;
    WaitUntil([&] { return Find(1).has_value(); });
    WaitUntil([&] { return pipeline_->GetStats().lag.count() == 0; });
    EXPECT_EQ(store_.committed_calls, 1U);
}

TEST_F(PipelineTest, LagsBehindWhatIsNotReadBecauseTheStoreHasNoRoom) {
    WaitUntil([&] { return pipeline_->GetStats().lag.count() == 0; });
    store_.failing = true;
    store_.room = 0;
    AppendEnd(1);
    WaitUntil([&] { return pipeline_->GetStats().lag >= std::chrono::milliseconds(200); });
    EXPECT_GT(journal_->GetStats().unread_bytes, 0U);
    store_.room = 10;
    store_.failing = false;
    WaitUntil([&] { return Find(1) && pipeline_->GetStats().lag.count() == 0; });
}

TEST_F(PipelineTest, DoesNotTakeTheAgeOfACallForThatOfItsRecord) {
    Call old = EndOf(1);
    old.source = Source::kImport;
    store_.failing = true;
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_TRUE(AppendCall(*writer_, RecordType::kCallEnd, old));
    WaitUntil([&] { return pipeline_->GetStats().failed_commits > 0; });
    WaitUntil([&] { return pipeline_->GetStats().lag.count() > 0; });
    const Duration lag = pipeline_->GetStats().lag;
    const auto since = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(lag, since + std::chrono::minutes(1));  // The call itself is of 2023.
    store_.failing = false;
}

TEST_F(PipelineTest, LeavesInTheJournalWhatAFailingStoreDidNotTake) {
    store_.failing = true;
    AppendBegin(1);
    AppendEnd(1);
    StopCleanly();
    store_.failing = false;
    Start(directory_.path());
    EXPECT_EQ(Find(1)->status, CallStatus::kOk);
    EXPECT_EQ(store_.committed_calls, 1U);
}

TEST_F(PipelineTest, FailsToStartOnAStoreThatDoesNotTakeWhatIsLeft) {
    AppendBegin(1);
    const auto killed = CopyOfFiles();
    StopCleanly();
    store_.failing = true;
    journal_ = journal::Journal::Open(killed, JournalOptions()).value();
    EXPECT_FALSE(TryStart().Ok());
    store_.failing = false;
    pipeline_ = TryStart().value();
    EXPECT_EQ(Find(1)->status, CallStatus::kInterrupted);
}

TEST_F(PipelineTest, PassesOverRecordsThatItCannotRead) {
    ASSERT_TRUE(journal::TryAppend(*writer_, "nonsense", RecordType::kCallBegin));
    ASSERT_TRUE(journal::TryAppend(*writer_, "nonsense", RecordType::kCallEnd));
    ASSERT_TRUE(journal::TryAppend(*writer_, "nonsense", RecordType::kContent));
    ASSERT_TRUE(journal::TryAppend(*writer_, "nonsense", static_cast<RecordType>(99)));
    ASSERT_TRUE(journal::TryAppend(*writer_, "nonsense", RecordType::kSpan));
    ASSERT_TRUE(journal::TryAppend(*writer_, "nonsense", RecordType::kFeedback));
    AppendBegin(1);
    AppendEnd(1);
    WaitUntil([&] { return Find(1).has_value(); });
    WaitUntil([&] { return pipeline_->GetStats().undecodable_records == 6; });
}

TEST_F(PipelineTest, LetsTheLastOfTwoEndsWin) {
    AppendBegin(1);
    AppendEnd(1);
    Call second = EndOf(1);
    second.finish_reason = "second";
    ASSERT_TRUE(AppendCall(*writer_, RecordType::kCallEnd, second));
    StopCleanly();
    EXPECT_EQ(Find(1)->finish_reason, "second");
    EXPECT_EQ(StoredCalls(), 1U);
}

TEST_F(PipelineTest, DeletesSegmentsThatAreDoneWithAndForgetsTheirPositions) {
    for (int i = 0; i < 2000; ++i) {
        AppendBegin(i);
        AppendEnd(i);
        if (i % 50 == 0) {
            ASSERT_TRUE(writer_->Sync().Ok());  // The ring is small.
        }
    }
    WaitUntil([&] { return StoredCalls() == 2000; });
    WaitUntil([&] { return journal_->GetStats().segments == 1; });
    AppendBegin(2000);
    AppendEnd(2000);
    WaitUntil([&] { return StoredCalls() == 2001 && store_.Positions()->size() == 1; });
}

/// A long call, and many short ones that fill segment after segment.
class LongCallTest : public PipelineTest {
protected:
    void SetUp() override {
        options_.carry_after = std::chrono::milliseconds(0);
        PipelineTest::SetUp();
        AppendBegin(0);
        AppendCallsFrom(1);
    }

    void AppendCallsFrom(int first) {
        for (int i = first; i < first + 2000; ++i) {
            AppendBegin(i);
            AppendEnd(i);
            if (i % 50 == 0) {
                ASSERT_TRUE(writer_->Sync().Ok());  // The ring is small.
            }
        }
    }

    /// The worker's last segment, and the one that the long call was carried to.
    void WaitUntilCarried() {
        WaitUntil([&] { return journal_->GetStats().segments <= 2; });
    }
};

TEST_F(LongCallTest, DoesNotHoldBackTheJournal) {
    WaitUntilCarried();
    WaitUntil([&] { return pipeline_->GetStats().open_calls == 1; });
    AppendEnd(0);
    WaitUntil([&] { return Find(0).has_value(); });
    EXPECT_EQ(Find(0)->status, CallStatus::kOk);
    WaitUntil([&] { return pipeline_->GetStats().open_calls == 0; });
}

TEST_F(LongCallTest, IsInterruptedByACrashAfterItsFirstBeginIsGone) {
    WaitUntilCarried();
    RestartFrom(CopyOfFiles());
    ASSERT_TRUE(Find(0).has_value());
    EXPECT_EQ(Find(0)->status, CallStatus::kInterrupted);
    EXPECT_EQ(StoredCalls(), 2001U);
}

TEST_F(LongCallTest, StaysEndedOverACrashWhenOnlyItsCarriedBeginIsLeft) {
    WaitUntilCarried();
    AppendEnd(0);
    AppendCallsFrom(3000);
    WaitUntil([&] { return StoredCalls() == 4001; });
    WaitUntilCarried();  // The segment with its end is gone, too.
    RestartFrom(CopyOfFiles());
    EXPECT_EQ(Find(0)->status, CallStatus::kOk);
    EXPECT_EQ(pipeline_->GetStats().interrupted_calls, 0U);
}

TEST_F(PipelineTest, GivesUpOnACallWhoseEndDoesNotCome) {
    options_.give_up_after = std::chrono::milliseconds(1);
    RestartFrom(directory_.path());
    AppendBegin(1);
    WaitUntil([&] { return Find(1).has_value(); });
    EXPECT_EQ(Find(1)->status, CallStatus::kInterrupted);
    AppendEnd(1);  // It comes after all.
    WaitUntil([&] { return Find(1)->status == CallStatus::kOk; });
    EXPECT_EQ(StoredCalls(), 1U);
}

TEST_F(PipelineTest, SplitsABacklogIntoBatches) {
    store_.failing = true;
    for (int i = 0; i < 100; ++i) {
        AppendBegin(i);
        AppendEnd(i);
    }
    StopCleanly();
    store_.failing = false;
    options_.batch_calls_max = 7;
    Start(directory_.path());
    EXPECT_EQ(StoredCalls(), 100U);
    EXPECT_EQ(store_.committed_calls, 100U);
}

TEST_F(PipelineTest, StartsBeforeALongBacklogIsTakenIn) {
    store_.failing = true;
    for (int i = 0; i < 100; ++i) {
        AppendBegin(i);
        AppendEnd(i);
    }
    AppendBegin(200);
    StopCleanly();
    store_.failing = false;
    options_.recovery_wait = std::chrono::milliseconds(0);
    Start(directory_.path());
    AppendBegin(300);
    WaitUntil([&] { return StoredCalls() == 101 && pipeline_->GetStats().open_calls == 1; });
    EXPECT_EQ(Find(200)->status, CallStatus::kInterrupted);
    AppendEnd(300);
    WaitUntil([&] { return Find(300).has_value(); });
    EXPECT_EQ(Find(300)->status, CallStatus::kOk);
    WaitUntil([&] { return pipeline_->GetStats().interrupted_calls == 1; });
}

}  // namespace
}  // namespace sightglass::pipeline
