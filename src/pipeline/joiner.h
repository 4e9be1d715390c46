// Each request is one Call, however many sources tell of it, and however often: the place where
// records of a batch meet those that came before. Which of them are one request is refine/joining.h's
// word; what Call they make is refine/members.h's.
//
// While the gateway alone records calls, nothing is looked at: two gateway calls are never one. From
// the first record of another source on, the last Calls are held in a window, and filters know
// which keys the store has more under; only for those is it asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pipeline/call_window.h"
#include "pipeline/key_filter.h"
#include "refine/joining.h"
#include "store/store.h"

namespace sightglass::pipeline {

/// Thread-safety: belongs to one thread.
class Joiner {
public:
    /// The store outlives this.
    explicit Joiner(store::Store& store, std::size_t window_bytes_max = kWindowBytesMax);

    /// Looks what kinds of calls the store has. Comes first.
    Status Start();

    /// Makes of the batch's records what the store has to take: `calls` are each new or a newer
    /// version of one that is `withdrawn`, the new ones first; repeated records are gone. Where it
    /// fails, nothing has changed; where it succeeds, the batch has to be staged before the next
    /// one comes.
    Status Join(store::Batch& batch);

    /// How many of the calls of the last batch no answer has counted before.
    std::size_t NewCalls() const noexcept { return new_calls_; }

    /// Records that said what was known already.
    std::uint64_t Duplicates() const noexcept { return duplicates_; }

    /// Records that were joined to another one.
    std::uint64_t Joined() const noexcept { return joined_; }

private:
    static constexpr std::size_t kWindowBytesMax = std::size_t{64} << 20;

    /// What became of a call of the batch.
    enum class Fate : std::uint8_t { kGone, kNew, kVersion };

    /// Calls that may be one with a record, and those that may be one with them.
    struct Component {
        std::vector<CallWindow::Number> numbers;
        std::vector<Call> calls;    ///< By the same index.
        std::vector<Call> records;  ///< All members of all of them.
    };

    Status LearnKinds();
    Status BringIn(std::span<const Call> records);
    Result<std::vector<Call>> BringInRelated(std::span<const Call> records);
    bool MayBeInStore(const Call& record, const refine::JoinKeys& keys) const;
    Component Gather(const Call& record);
    bool Extend(Component& component, const Call& record);
    void Take(Call& record, store::Batch& batch);
    bool Unite(Call& record, Component& component);
    void Replace(Component& component, std::vector<Call> calls, store::Batch& batch);
    void Withdraw(CallWindow::Number number, const Call& call, store::Batch& batch);
    void Put(Call call, Fate fate, store::Batch& batch);
    void Remember(const Call& call);
    void Finish(store::Batch& batch);

    store::Store& store_;
    bool is_active_ = false;
    refine::RecordKinds kinds_;
    CallWindow window_;
    KeyFilter filter_;
    std::size_t new_calls_ = 0;
    std::uint64_t duplicates_ = 0;
    std::uint64_t joined_ = 0;

    // Of the batch at hand.
    std::vector<Fate> fates_;             ///< Of what stands in batch.calls.
    CallWindow::Number batch_first_ = 0;  ///< In the window: of what stands first there.
    refine::JoinKeys keys_;               ///< Of one record; kept for its memory.
};

}  // namespace sightglass::pipeline
