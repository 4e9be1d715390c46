// Journal records become the store's next batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/time.h"
#include "journal/journal.h"
#include "pipeline/derived_join.h"
#include "pipeline/open_calls.h"
#include "pipeline/threads.h"
#include "prices/price_book.h"
#include "refine/model_aliases.h"
#include "refine/refine.h"
#include "store/store.h"

namespace sightglass::pipeline {

/// Thread-safety: plain value.
struct IntakeOptions {
    std::size_t batch_calls_max = 256;
    refine::StepSet steps = {};
    ThreadOptions threads = {};
};

/// Thread-safety: one thread at a time.
class Intake {
public:
    /// `committed` is what the store has taken in already; `notes` is where the pipeline's own
    /// records go, and outlives the intake.
    Intake(
        store::JournalPositions committed,
        std::shared_ptr<const prices::PriceBook> prices,
        journal::Writer& notes,
        const IntakeOptions& options
    );

    /// Takes in one record. False when the batch is full now.
    bool Take(const journal::Record& record);

    bool Full() const noexcept;

    void SetBatchMax(std::size_t calls) noexcept { batch_calls_max_ = calls; }

    /// What calls cost that are taken in from now on.
    void SetPrices(std::shared_ptr<const prices::PriceBook> prices) { prices_ = std::move(prices); }

    const prices::PriceBook& Prices() const noexcept { return *prices_; }

    /// What it knows of the models that calls without an answer were for.
    refine::ModelAliases& Aliases() noexcept { return aliases_; }

    /// Nothing that is worth a commit by itself.
    bool Empty() const noexcept {
        return batch_.calls.empty() && batch_.contents.empty() && batch_.spans.empty() &&
               batch_.feedback.empty();
    }

    store::Batch& batch() noexcept { return batch_; }

    /// Also of ends that wait for what is derived of them.
    std::size_t CallCount() const noexcept { return batch_.calls.size() + derived_.HeldEnds(); }

    bool HoldsEnds() const noexcept { return derived_.HeldEnds() > 0; }

    /// Ends that came before `time` wait no longer: they become Calls of the batch.
    void ReleaseEnds(DerivedJoin::SteadyTime time);

    /// What was derived of calls that were taken in without it before `time`.
    std::vector<Derived> TakeLate(DerivedJoin::SteadyTime time) {
        return derived_.TakeDerivedUntil(time, kLateMax);
    }

    /// Another version of a Call that is in the store: what was derived of it has come. `stored` is what a source said of it.
    void AddLate(const Derived& derived, Call stored);

    /// What was derived of Calls of the batch goes into them, in the order in which they ended: so a turn finds the one that it goes
    /// on from, whichever of their records came first. Before the batch is joined to what the store has.
    void CompleteDerived();

    /// Which conversations calls belong to.
    Threads& threads() noexcept { return threads_; }

    /// Calls of the batch that the store has already.
    const std::unordered_set<Uuid>& Known() const noexcept { return known_; }

    /// Tells the batch how far the journal was read, unless ends are held that it does not have: what a crash would take
    /// away with them has to be read again.
    void SetPositions();

    /// The batch is in the store for good.
    void Committed();

    /// Begins that an earlier process left open become interrupted Calls of the batch.
    void FinishRecovery();

    /// Calls whose end never came in `age` become interrupted Calls of the batch.
    void GiveUpOlderThan(Duration age);

    /// What the pipeline needs no more, of segments that were read to their ends. Needs an empty
    /// batch.
    std::vector<std::uint64_t> Dispensable(const std::vector<journal::SegmentInfo>& finished);

    /// Whether open calls began in it.
    bool Holds(std::uint64_t segment) const { return open_.CountIn(segment) > 0; }

    /// Carries the begins that hold a segment back.
    void CarryFrom(std::uint64_t segment);

    /// These segments are gone: their positions go with the next batch.
    void Forget(const std::vector<std::uint64_t>& segments);

    std::size_t OpenCount() const noexcept { return open_.size(); }

    std::uint64_t Undecodable() const noexcept { return undecodable_; }

    std::uint64_t Interrupted() const noexcept { return interrupted_; }

private:
    static constexpr std::size_t kLateMax = 1'024;

    /// A Call of the batch that is not complete.
    struct Waiting {
        std::size_t place = 0;
        Derived derived;
    };

    bool IsCommitted(const journal::Position& position);
    void TakeBegin(const journal::Record& record);
    void TakeEnd(const journal::Record& record);
    void TakeDerived(const journal::Record& record);
    bool AddCall(std::string_view end, std::optional<Derived> derived, bool may_repeat);
    void Complete(Call& call);
    bool Close(const Uuid& id);
    void TakeContent(const journal::Record& record);
    void TakeSpan(const journal::Record& record);
    void TakeFeedback(const journal::Record& record);
    Call& AddSpare();
    void IndexLast();
    Call* FindInBatch(const Uuid& id);
    void Recycle();
    void AddInterrupted(std::string_view begin);
    void NoteClosed(const Uuid& id);
    void RetryNotes();
    void CountUndecodable(std::string_view record, std::string_view why);

    std::shared_ptr<const prices::PriceBook> prices_;
    std::size_t batch_calls_max_;
    refine::ModelAliases aliases_;
    refine::StepSet steps_;
    journal::Writer& notes_;
    OpenCalls open_;
    DerivedJoin derived_;
    Threads threads_;
    store::JournalPositions committed_;
    store::JournalPositions read_;  // Since the last that a batch was told.
    store::Batch batch_;
    std::vector<Waiting> waiting_;
    std::unordered_set<Uuid> known_;
    std::unordered_map<Uuid, std::size_t> place_by_id_;  // In batch_.calls; built when needed.
    std::vector<Call> spare_;  // Of earlier batches: their strings' memory is used again.
    std::size_t content_bytes_ = 0;

    std::vector<Uuid> unnoted_;  // Closed, but there was no room to say so.
    bool notes_unsynced_ = false;

    // The segment of the last record, so that most records need no look-up.
    std::uint64_t last_segment_ = 0;
    std::uint64_t* last_position_ = nullptr;
    std::uint64_t last_committed_ = 0;

    std::uint64_t undecodable_ = 0;
    std::uint64_t interrupted_ = 0;
};

}  // namespace sightglass::pipeline
