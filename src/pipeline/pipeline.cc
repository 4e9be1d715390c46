#include "pipeline/pipeline.h"

#include <atomic>
#include <map>
#include <optional>
#include <span>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/mutex.h"
#include "base/thread.h"
#include "pipeline/alias_memory.h"
#include "pipeline/backlog.h"
#include "pipeline/findings.h"
#include "pipeline/intake.h"
#include "pipeline/joiner.h"
#include "pipeline/late_records.h"
#include "pipeline/old_contents.h"
#include "pipeline/pause.h"
#include "pipeline/tending.h"
#include "pipeline/thread_file.h"

namespace sightglass::pipeline {
namespace {

using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;

constexpr auto kPause = std::chrono::milliseconds(20);
constexpr auto kReleaseInterval = std::chrono::seconds(1);
constexpr auto kRetryFirst = std::chrono::milliseconds(100);
constexpr auto kRetryMax = std::chrono::seconds(5);
constexpr std::size_t kLargeBatchTimes = 16;  ///< Larger than others: the store is asked for them.

/// What there was to take in; after kSome the store had no more room.
enum class Taken : std::uint8_t { kNothing, kAll, kSome };

/// Thread-safety: the constructor's thread until the thread `pipeline` runs, then that one;
/// GetStats and Stop from any.
class JournalPipeline final : public Pipeline {
public:
    JournalPipeline(
        journal::Journal& journal,
        std::unique_ptr<journal::Writer> notes,
        store::Store& store,
        live::Live& live,
        const PipelineOptions& options
    )
        : journal_(journal),
          reader_(journal.NewReader()),
          notes_(std::move(notes)),
          store_(store),
          live_(live),
          options_(options),
          joiner_(store, options.window_bytes_max),
          thread_file_(options.thread_file),
          repricing_(store, options.undo_directory) {}

    ~JournalPipeline() override { Stop(); }

    JournalPipeline(const JournalPipeline&) = delete;
    JournalPipeline& operator=(const JournalPipeline&) = delete;
    Status Recover(std::shared_ptr<const prices::PriceBook> prices);

    void StartTailing() {
        tailing_ = true;
        thread_ = StartThread("pipeline", Priority::kNormal, [this](const std::stop_token& stop) {
            Run(stop);
        });
    }

    void Stop() override;
    PipelineStats GetStats() const override;

    void SetPrices(std::shared_ptr<const prices::PriceBook> prices) override {
        new_prices_.With([&prices](auto& waiting) { waiting = std::move(prices); });
    }

    Status Reprice(const RepriceOrder& order) override { return repricing_.Start(order); }

    RepriceReport GetReprice() const override { return repricing_.Report(); }

private:
    void Run(const std::stop_token& stop);
    Status TakeIn(Taken& taken);
    Result<std::size_t> Poll();
    bool TakeRecord(const journal::Record& record);
    void FinishRecovery();
    Status Stage();
    void NoteRepeats();
    void KeepFindings();
    Status TakeLate();
    bool KeepIsDue() const;
    Status Keep();
    void NoteFailure(const Status& status);
    void TakeNewPrices();
    Status RepriceSome();
    void Release();
    void PublishStats();
    Duration Lag() const;

    const journal::Journal& journal_;
    const std::unique_ptr<journal::Reader> reader_;
    const std::unique_ptr<journal::Writer> notes_;
    store::Store& store_;
    live::Live& live_;
    const PipelineOptions options_;
    std::unique_ptr<Intake> intake_;
    Joiner joiner_;
    ThreadFile thread_file_;
    bool is_joined_ = false;  // The batch: it has to be staged before it grows.
    bool tailing_ = false;    // What an earlier process left, limits learn from the store.
    bool recovering_ = true;
    std::uint64_t last_old_segment_ = 0;      // Of those that an earlier process left.
    Status staged_;                           // How the last batch of a Poll fared.
    std::optional<SteadyTime> staged_since_;  // Of what is not kept yet.
    SteadyTime retry_at_;
    SteadyClock::duration retry_pause_{};
    SteadyTime release_at_;
    OldContents old_contents_;
    Tending tending_{store_};
    std::map<std::uint64_t, SteadyTime> held_since_;  // Segments that open calls hold back.
    Repricing repricing_;
    Guarded<std::shared_ptr<const prices::PriceBook>>
        new_prices_;  // Null where they have not changed.
    std::atomic<std::uint64_t> committed_calls_ = 0;
    std::atomic<std::uint64_t> interrupted_calls_ = 0;
    std::atomic<std::uint64_t> undecodable_records_ = 0;
    std::atomic<std::int64_t> open_calls_ = 0;
    std::atomic<std::uint64_t> duplicate_records_ = 0;
    std::atomic<std::uint64_t> joined_records_ = 0;
    std::atomic<std::uint64_t> failed_commits_ = 0;
    std::atomic<std::uint64_t> unstaged_bytes_ = 0;  // Read, and not known to answers.
    mutable Guarded<Backlog> backlog_;
    std::jthread thread_;
};

Status JournalPipeline::Recover(std::shared_ptr<const prices::PriceBook> prices) {
    SG_ASSIGN_OR_RETURN(const store::JournalPositions positions, store_.Positions());
    SG_TRY(joiner_.Start());
    intake_ = std::make_unique<Intake>(
        positions,
        std::move(prices),
        *notes_,
        IntakeOptions{options_.batch_calls_max, options_.steps, options_.threads}
    );
    SG_TRY(RememberAliases(store_, intake_->Aliases()));
    thread_file_.Recall(intake_->threads());
    std::vector<std::uint64_t> gone;
    for (const auto& [segment, offset] : positions) {
        if (reader_->Finished(segment)) {
            gone.push_back(segment);  // Nothing was read yet: finished means that it is not there.
        }
    }
    intake_->Forget(gone);
    for (const journal::SegmentInfo& segment : reader_->Segments()) {
        last_old_segment_ = std::max(last_old_segment_, segment.number);
    }
    const SteadyTime until = SteadyClock::now() + options_.recovery_wait;
    while (recovering_ && SteadyClock::now() < until) {
        SG_ASSIGN_OR_RETURN(const std::size_t read, Poll());
        SG_TRY(staged_);
        if (read == 0) {
            FinishRecovery();
            SG_TRY(Stage());
        } else if (store_.StageRoom() == 0) {
            SG_TRY(Keep());
        }
    }
    if (!recovering_ && store_.StageRoom() > 0) {
        SG_TRY(Stage());  // Also where a record of ours ended it, and not an empty journal.
    }
    Release();
    PublishStats();
    return {};
}

void JournalPipeline::Run(const std::stop_token& stop) {
    for (;;) {
        const bool stopping = stop.stop_requested();
        Taken taken = Taken::kAll;
        Status status;
        TakeNewPrices();
        if (stopping || SteadyClock::now() >= retry_at_) {
            status = TakeIn(taken);
            if (status.Ok() && !stopping && repricing_.IsRunning()) {
                status = RepriceSome();
            }
            if (status.Ok() && (KeepIsDue() || (stopping && taken == Taken::kNothing))) {
                status = Keep();
            }
            NoteFailure(status);
            if (status.Ok() && !stopping) {
                tending_.Go(taken == Taken::kNothing);
            }
        }
        if (SteadyClock::now() >= release_at_) {
            Release();
            old_contents_.ForgetSome(store_);
        }
        PublishStats();
        if (stopping && (taken == Taken::kNothing || !status.Ok())) {
            Release();
            return;
        }
        const bool goes_on = taken == Taken::kSome || repricing_.IsRunning();
        if (!goes_on || retry_pause_.count() > 0) {
            Pause(stop, kPause);
        }
    }
}

/// Takes in and stages.
Status JournalPipeline::TakeIn(Taken& taken) {
    const bool had_room = store_.StageRoom() > 0;
    const Result<std::size_t> read = Poll();
    if (!read.Ok()) {
        Log(LogLevel::kError, "pipeline", read.error().message);
    }
    SG_TRY(staged_);
    if (!had_room || store_.StageRoom() == 0) {
        taken = Taken::kSome;
        return {};
    }
    taken = read.Ok() && *read > 0 ? Taken::kAll : Taken::kNothing;
    if (recovering_ && read.Ok() && *read == 0) {
        FinishRecovery();
    }
    intake_->ReleaseEnds(SteadyClock::now() - DerivedJoin::kWait);
    SG_TRY(Stage());
    SG_TRY(TakeLate());
    return Stage();
}

/// What was derived of calls that the store has already makes newer versions of them.
Status JournalPipeline::TakeLate() {
    const std::vector<Derived> late = intake_->TakeLate(SteadyClock::now() - DerivedJoin::kWait);
    if (late.empty()) {
        return {};
    }
    SG_ASSIGN_OR_RETURN(LateRecords records, FindLateRecords(store_, late));
    for (const Derived& derived : late) {
        if (const auto found = records.find(derived.call_id); found != records.end()) {
            intake_->AddLate(derived, std::move(found->second));
            records.erase(found);
        }
    }
    return {};
}

/// Takes in what the journal has, in batches; staged_ says how they fared.
Result<std::size_t> JournalPipeline::Poll() {
    staged_ = intake_->Full() || is_joined_ ? Stage() : Status();
    if (!staged_.Ok() || store_.StageRoom() == 0) {
        return 0;
    }
    return reader_->Poll([this](const journal::Record& record) { return TakeRecord(record); });
}

bool JournalPipeline::TakeRecord(const journal::Record& record) {
    if (recovering_ && record.position.segment > last_old_segment_) {
        FinishRecovery();
    }
    intake_->Take(record);
    unstaged_bytes_.fetch_add(
        record.next.offset - record.position.offset,
        std::memory_order_relaxed
    );
    if (intake_->Full() || intake_->CallCount() >= store_.StageRoom()) {
        staged_ = Stage();
    }
    return staged_.Ok() && store_.StageRoom() > 0;
}

/// Nothing of an earlier process is left unread: what it left open has ended.
void JournalPipeline::FinishRecovery() {
    recovering_ = false;
    intake_->FinishRecovery();
}

Status JournalPipeline::Stage() {
    if (intake_->Empty() && !is_joined_) {
        unstaged_bytes_ = 0;
        return {};
    }
    store::Batch& batch = intake_->batch();
    intake_->SetPositions();
    if (!is_joined_) {
        intake_->CompleteDerived();
        SG_TRY(joiner_.Join(batch, intake_->Known()));
        is_joined_ = true;
        intake_->SetBatchMax(
            options_.batch_calls_max * (joiner_.AskedStore() ? kLargeBatchTimes : 1)
        );
    }
    SG_TRY(store_.Stage(batch));
    is_joined_ = false;
    if (!staged_since_) {
        staged_since_ = SteadyClock::now();
    }
    const std::span<const Call> new_calls = std::span(batch.calls).first(joiner_.NewCalls());
    live_.Add(new_calls);
    if (tailing_ && options_.limiter != nullptr) {
        options_.limiter->Charge(batch.calls, [this](const Call& call) {
            return joiner_.IsNewOfGateway(call);
        });
    }
    committed_calls_.fetch_add(new_calls.size(), std::memory_order_relaxed);
    NoteRepeats();
    duplicate_records_.store(joiner_.Duplicates(), std::memory_order_relaxed);
    joined_records_.store(joiner_.Joined(), std::memory_order_relaxed);
    intake_->Committed();
    unstaged_bytes_ = 0;
    return {};
}

void JournalPipeline::NoteRepeats() {
    if (options_.findings == nullptr || joiner_.Repeats().empty()) {
        return;
    }
    std::vector<Finding> found;
    for (const Joiner::Repeat& repeat : joiner_.Repeats()) {
        Finding& one = found.emplace_back();
        one.at = repeat.started_at;
        one.source = repeat.source;
        one.call_id = repeat.call_id;
    }
    options_.findings->Add(found);
}

/// Not before the records that they were found among: those would come again, and be counted again.
void JournalPipeline::KeepFindings() {
    if (options_.findings == nullptr || store_.HasStaged()) {
        return;
    }
    if (const Status kept = options_.findings->Keep(); !kept.Ok()) {
        Log(LogLevel::kError, "pipeline", kept.error().message);
    }
}

bool JournalPipeline::KeepIsDue() const {
    return store_.StageRoom() == 0 ||
           (staged_since_ && SteadyClock::now() - *staged_since_ >= options_.keep_interval);
}

/// With what is kept, the journal's positions are: no end may be held then.
Status JournalPipeline::Keep() {
    if (intake_->HoldsEnds()) {
        intake_->ReleaseEnds(SteadyTime::max());
    }
    SG_TRY(Stage());
    SG_TRY(store_.Keep());
    thread_file_.Keep(intake_->threads());
    staged_since_.reset();
    release_at_ = {};
    return {};
}

void JournalPipeline::TakeNewPrices() {
    auto prices = new_prices_.With([](auto& waiting) { return std::exchange(waiting, nullptr); });
    if (prices != nullptr) {
        intake_->SetPrices(std::move(prices));
    }
}

/// A page, where no batch is half taken in. What is staged is kept first: a crash would bring it again, priced anew, but a
/// version of it that was committed must not come before it.
Status JournalPipeline::RepriceSome() {
    if (is_joined_ || !intake_->Empty()) {
        return {};
    }
    if (store_.HasStaged()) {
        SG_TRY(Keep());
    }
    TakeNewPrices();  // Those that were set before this was asked for.
    if (repricing_.Step(intake_->Prices())) {
        joiner_.Forget();
    }
    return {};
}

/// The batch stays as it is and is tried again, later each time.
void JournalPipeline::NoteFailure(const Status& status) {
    if (status.Ok()) {
        if (retry_pause_.count() > 0) {
            Log(LogLevel::kInfo, "pipeline", "the store takes calls again");
        }
        retry_pause_ = {};
        return;
    }
    failed_commits_.fetch_add(1, std::memory_order_relaxed);
    if (retry_pause_.count() == 0) {
        Log(LogLevel::kError,
            "pipeline",
            "the store did not take calls, it is tried again: " + status.error().message);
    }
    retry_pause_ = std::clamp<SteadyClock::duration>(2 * retry_pause_, kRetryFirst, kRetryMax);
    retry_at_ = SteadyClock::now() + retry_pause_;
}

/// Deletes the segments that are done with, and carries what holds others back for long.
void JournalPipeline::Release() {
    if (!intake_->Empty() || intake_->HoldsEnds() || is_joined_ || store_.HasStaged()) {
        return;  // What was read is not kept yet.
    }
    KeepFindings();
    const SteadyTime now = SteadyClock::now();
    release_at_ = now + kReleaseInterval;
    std::vector<journal::SegmentInfo> finished = reader_->Segments();
    std::erase_if(finished, [this](const journal::SegmentInfo& segment) {
        return !reader_->Finished(segment.number);
    });
    const std::vector<std::uint64_t> dispensable = intake_->Dispensable(finished);
    if (!dispensable.empty()) {
        if (const Status released = reader_->Release(dispensable); !released.Ok()) {
            Log(LogLevel::kError, "pipeline", released.error().message);
            return;
        }
        intake_->Forget(dispensable);
        for (const std::uint64_t segment : dispensable) {
            held_since_.erase(segment);
        }
    }
    for (const journal::SegmentInfo& segment : finished) {
        if (!intake_->Holds(segment.number)) {
            continue;
        }
        const SteadyTime since = held_since_.try_emplace(segment.number, now).first->second;
        if (now - since >= options_.carry_after) {
            intake_->CarryFrom(segment.number);
        }
    }
    intake_->GiveUpOlderThan(options_.give_up_after);
}

void JournalPipeline::PublishStats() {
    static_cast<void>(Lag());  // So that it has looked while nobody asked.
    const auto open = static_cast<std::int64_t>(intake_->OpenCount());
    if (open_calls_.exchange(open, std::memory_order_relaxed) != open) {
        live_.SetInFlight(open);
    }
    undecodable_records_.store(intake_->Undecodable(), std::memory_order_relaxed);
    interrupted_calls_.store(intake_->Interrupted(), std::memory_order_relaxed);
}

void JournalPipeline::Stop() {
    if (thread_.joinable()) {
        thread_.request_stop();
        thread_.join();
    }
}

PipelineStats JournalPipeline::GetStats() const {
    PipelineStats stats;
    stats.committed_calls = committed_calls_;
    stats.interrupted_calls = interrupted_calls_;
    stats.undecodable_records = undecodable_records_;
    stats.duplicate_records = duplicate_records_;
    stats.joined_records = joined_records_;
    stats.open_calls = open_calls_;
    stats.failed_commits = failed_commits_;
    stats.lag = Lag();
    return stats;
}

/// Also of what is not read yet: while the store has no room, that is all there is.
Duration JournalPipeline::Lag() const {
    const journal::Stats stats = journal_.GetStats();
    const std::uint64_t waiting = stats.unread_bytes + unstaged_bytes_;
    return backlog_.With([&](Backlog& backlog) {
        const auto age = backlog.AgeAt(SteadyClock::now(), stats.appended_bytes, waiting);
        return std::chrono::ceil<Duration>(age);
    });
}

}  // namespace

Result<std::unique_ptr<Pipeline>> Pipeline::Start(
    journal::Journal& journal,
    store::Store& store,
    live::Live& live,
    std::shared_ptr<const prices::PriceBook> prices,
    const PipelineOptions& options
) {
    SG_ASSIGN_OR_RETURN(
        std::unique_ptr<journal::Writer> notes,
        journal.NewWriter("pipeline", journal::Share::kExempt)
    );
    auto pipeline =
        std::make_unique<JournalPipeline>(journal, std::move(notes), store, live, options);
    SG_TRY(pipeline->Recover(std::move(prices)));
    pipeline->StartTailing();
    return std::unique_ptr<Pipeline>(std::move(pipeline));
}

}  // namespace sightglass::pipeline
