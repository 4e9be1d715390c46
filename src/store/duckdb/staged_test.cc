// What is staged: seen at once, kept later, once.
#include "store/duckdb/staged.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "base/test_directory.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/engine.h"
#include "store/duckdb/sample_calls.h"

namespace sightglass::store {
namespace {

constexpr Time kStart = TimeFromMicros(1'790'000'000'000'000);

/// A store in a directory of its own.
class StagedTest : public testing::Test {
protected:
    StagedTest() { Reopen(); }

    ~StagedTest() override { store_.reset(); }

    void Reopen() {
        store_.reset();
        Result<std::unique_ptr<Store>> opened = OpenDuckDb(File(), {});
        ASSERT_TRUE(opened.Ok()) << opened.error().message;
        store_ = std::move(*opened);
    }

    Path File() const { return directory_ / "calls.duckdb"; }

    Batch NextBatch(int calls, std::uint64_t position) {
        Batch batch;
        for (int i = 0; i < calls; ++i) {
            batch.calls.push_back(samples_.TrafficCall(kStart + std::chrono::milliseconds(made_++))
            );
        }
        batch.positions = {{1, position}};
        return batch;
    }

    std::uint64_t Count() const { return store_->GetStats()->calls; }

    JournalPositions Positions() const { return *store_->Positions(); }

    const TestDirectory directory_;
    std::unique_ptr<Store> store_;
    Samples samples_{1};
    std::int64_t made_ = 0;
};

TEST_F(StagedTest, IsSeenAtOnceAndGoneAfterACrashUntilItIsKept) {
    const Batch batch = NextBatch(100, 7);
    ASSERT_TRUE(store_->Stage(batch).Ok());
    EXPECT_TRUE(store_->HasStaged());
    EXPECT_EQ(Count(), 100U);
    EXPECT_EQ(*store_->Find(batch.calls[50].call_id), batch.calls[50]);
    EXPECT_EQ(Positions(), JournalPositions());
    Reopen();  // Without Keep, as after a crash.
    EXPECT_EQ(Count(), 0U);
    EXPECT_EQ(Positions(), JournalPositions());
}

TEST_F(StagedTest, KeepsAllOfItOnceWithItsPositions) {
    const Batch first = NextBatch(100, 7);
    const Batch second = NextBatch(50, 9);
    ASSERT_TRUE(store_->Stage(first).Ok());
    ASSERT_TRUE(store_->Stage(second).Ok());
    ASSERT_TRUE(store_->Keep().Ok());
    EXPECT_FALSE(store_->HasStaged());
    EXPECT_EQ(Count(), 150U);
    ASSERT_TRUE(store_->Keep().Ok());
    Reopen();
    EXPECT_EQ(Count(), 150U);
    EXPECT_EQ(*store_->Find(second.calls[7].call_id), second.calls[7]);
    EXPECT_EQ(Positions(), (JournalPositions{{1, 9}}));
}

TEST_F(StagedTest, ReplacesWhatIsStagedAndWhatIsKept) {
    Batch batch = NextBatch(3, 1);
    ASSERT_TRUE(store_->Stage(batch).Ok());
    batch.calls[1].finish_reason = "second";
    ASSERT_TRUE(store_->Stage(batch).Ok());
    EXPECT_EQ(Count(), 3U);
    EXPECT_EQ(store_->Find(batch.calls[1].call_id)->finish_reason, "second");
    batch.calls[1].finish_reason = "third";
    batch.calls.push_back(batch.calls[1]);
    batch.calls.back().finish_reason = "fourth";
    ASSERT_TRUE(store_->Stage(batch).Ok());
    ASSERT_TRUE(store_->Keep().Ok());
    EXPECT_EQ(Count(), 3U);
    EXPECT_EQ(store_->Find(batch.calls[1].call_id)->finish_reason, "fourth");
}

TEST_F(StagedTest, WithdrawsWhatIsStagedAndWhatIsKept) {
    Batch first = NextBatch(10, 1);
    ASSERT_TRUE(store_->Stage(first).Ok());
    ASSERT_TRUE(store_->Keep().Ok());
    Batch second = NextBatch(10, 2);
    ASSERT_TRUE(store_->Stage(second).Ok());
    Batch third = NextBatch(1, 3);
    third.ids_are_new = true;
    for (const Call& call : {first.calls[3], second.calls[4]}) {
        third.withdrawn.push_back({call.call_id, call.started_at});
    }
    third.calls.push_back(first.calls[5]);  // A newer version.
    third.calls.back().finish_reason = "newer";
    third.withdrawn.push_back({first.calls[5].call_id, first.calls[5].started_at});
    ASSERT_TRUE(store_->Stage(third).Ok());
    CallQuery all;
    all.from = kStart;
    all.to = kStart + std::chrono::hours(1);
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(Count(), 19U);
        EXPECT_EQ(store_->List(all)->size(), 19U);
        EXPECT_FALSE(store_->Find(first.calls[3].call_id).Ok());
        EXPECT_FALSE(store_->Find(second.calls[4].call_id).Ok());
        EXPECT_EQ(store_->Find(first.calls[5].call_id)->finish_reason, "newer");
        EXPECT_EQ(*store_->Find(first.calls[2].call_id), first.calls[2]);
        ASSERT_TRUE(store_->Keep().Ok());
    }
    Reopen();
    EXPECT_EQ(Count(), 19U);
}

TEST_F(StagedTest, FindsRelatedCallsStagedAndKept) {
    Batch batch = NextBatch(40, 1);
    batch.calls[7].span_id = "span";
    constexpr std::int64_t kTokens = 987'654;
    for (const std::size_t i : {20U, 25U, 30U}) {
        batch.calls[i].output_tokens = kTokens;
        batch.calls[i].ended_at = std::nullopt;
    }
    batch.calls[25].started_at = *batch.calls[20].started_at + std::chrono::seconds(3);
    batch.calls[30].started_at = *batch.calls[20].started_at + std::chrono::seconds(9);
    batch.calls[30].ended_at = *batch.calls[20].started_at + std::chrono::seconds(12);
    ASSERT_TRUE(store_->Stage(batch).Ok());
    RelatedQuery query;
    query.from = kStart;
    query.to = kStart + std::chrono::hours(1);
    query.call_ids = {batch.calls[3].call_id};
    query.span_ids = {"span", "other"};
    query.provider_response_ids = {batch.calls[9].provider_response_id};
    query.provider_request_ids = {"none"};
    const Time at = *batch.calls[20].started_at;
    query.figures = {
        {-1, at, at},
        {kTokens, at - std::chrono::milliseconds(900), std::nullopt},
        {kTokens, at + std::chrono::seconds(30), at + std::chrono::milliseconds(12'900)}};
    for (int round = 0; round < 2; ++round) {
        Result<std::vector<Call>> found = store_->FindRelated(query);
        ASSERT_TRUE(found.Ok()) << found.error().message;
        std::sort(found->begin(), found->end(), [](const Call& a, const Call& b) {
            return a.started_at < b.started_at;
        });
        EXPECT_EQ(
            *found,
            (std::vector<Call>{
                batch.calls[3],
                batch.calls[7],
                batch.calls[9],
                batch.calls[20],
                batch.calls[30]})
        );
        ASSERT_TRUE(store_->Keep().Ok());
    }
    query.to = kStart;
    EXPECT_TRUE(store_->FindRelated(query)->empty());
}

TEST_F(StagedTest, FindsContentThatIsStaged) {
    Batch batch = NextBatch(2, 1);
    batch.contents = {{batch.calls[0].call_id, "What is a sight glass?", "A window.", true, false}};
    ASSERT_TRUE(store_->Stage(batch).Ok());
    EXPECT_EQ(*store_->FindContent(batch.calls[0].call_id), batch.contents[0]);
    CallQuery query;
    query.from = kStart;
    query.to = kStart + std::chrono::hours(1);
    query.text = "WINDOW";
    EXPECT_EQ(store_->List(query)->size(), 1U);
    ASSERT_TRUE(store_->Keep().Ok());
    EXPECT_EQ(store_->List(query)->size(), 1U);
}

TEST_F(StagedTest, WritesAWholeGroupPastTheLog) {
    std::uint64_t position = 0;
    while (store_->StageRoom() > 0) {
        const auto calls = static_cast<int>(std::min<std::size_t>(store_->StageRoom(), 1'000));
        ASSERT_TRUE(store_->Stage(NextBatch(calls, ++position)).Ok());
    }
    EXPECT_EQ(Count(), kGroupRows);
    ASSERT_TRUE(store_->Keep().Ok());
    EXPECT_EQ(store_->StageRoom(), kGroupRows);
    EXPECT_EQ(Count(), kGroupRows);
    EXPECT_LT(FileBytes(Path(File()) += ".wal"), 1U << 20);  // Rows would take some 60 MiB there.
    Reopen();
    EXPECT_EQ(Count(), kGroupRows);
}

TEST_F(StagedTest, IsCountedOnceWhileItIsKept) {
    std::atomic<bool> done = false;
    std::atomic<std::uint64_t> least = 0;
    std::atomic<int> wrong = 0;
    std::atomic<int> looks = 0;
    std::jthread reader([&] {
        while (!done) {
            const std::uint64_t before = least;
            const std::uint64_t seen = Count();
            wrong += seen < before || seen % 100 != 0 ? 1 : 0;
            ++looks;
        }
    });
    std::uint64_t staged = 0;
    for (int i = 0; i < 30 || looks < 20; ++i) {
        ASSERT_TRUE(store_->Stage(NextBatch(100, staged)).Ok());
        staged += 100;
        least = staged;
        if (i % 3 == 2) {
            ASSERT_TRUE(store_->Keep().Ok());
        }
    }
    done = true;
    reader.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(Count(), staged);
}

}  // namespace
}  // namespace sightglass::store
