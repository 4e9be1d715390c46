// Each request is one Call, however many sources tell of it, and however often: the place where
// records of a batch meet those that came before. Which of them are one request is refine/joining.h's
// word; what Call they make is refine/members.h's.
//
// While the gateway alone records calls, nothing is looked at: two gateway calls are never one. From
// the first record of another source on, the last Calls are held in a window, and filters know
// which keys the store has more under; only for those is it asked.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_set>
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
    Joiner(store::Store& store, std::size_t window_bytes_max);

    /// Looks what kinds of calls the store has. Comes first.
    Status Start();

    /// Makes of the batch's records what the store has to take: `calls` are each new or a newer
    /// version of one that is `withdrawn`, the new ones first; repeated records are gone. Where it
    /// fails, nothing has changed; where it succeeds, the batch has to be staged before the next
    /// one comes. `known`: of calls of the batch that are newer versions of stored ones.
    Status Join(store::Batch& batch, const std::unordered_set<Uuid>& known = {});

    /// Calls in the store have other versions now: what is known of them is read there again.
    void Forget() { window_.Clear(filter_); }

    /// How many of the calls of the last batch no answer has counted before.
    std::size_t NewCalls() const noexcept { return new_calls_; }

    /// Whether a call of the last batch has a record of the gateway that no batch had before: then
    /// its money is spent now, whoever told of the call first.
    bool IsNewOfGateway(const Call& call) const {
        return is_active_ ? new_of_gateway_.contains(call.call_id)
                          : std::find(known_.begin(), known_.end(), call.call_id) == known_.end();
    }

    /// Whether the store had to be asked for the last batch: then larger ones are cheaper.
    bool AskedStore() const noexcept { return asked_store_; }

    /// Records that said what was known already.
    std::uint64_t Duplicates() const noexcept { return duplicates_; }

    /// A record that said what was known already.
    struct Repeat {
        Source source;
        Uuid call_id;  ///< Of the Call that it is a record of.
        Time started_at;
    };

    /// Those of the last batch.
    std::span<const Repeat> Repeats() const noexcept { return repeats_; }

    /// Records that were joined to another one.
    std::uint64_t Joined() const noexcept { return joined_; }

private:
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
    Result<std::vector<Call>>
    BringInRelated(std::span<const Call> records, std::span<const refine::JoinKeys> keys);
    void FindKeys(std::span<const Call> records, std::vector<refine::JoinKeys>& keys) const;
    void FindBatchKeys(std::span<const Call> records);
    bool MayBeInStore(const Call& record, const refine::JoinKeys& keys) const;
    Component Gather(const Call& record, const refine::JoinKeys& keys);
    bool Extend(Component& component, const Call& record, const refine::JoinKeys& keys);
    bool
    TakeIfUnrelated(const Call& record, const refine::JoinKeys& keys, const Component& component);
    void Take(Call& record, const refine::JoinKeys& keys, store::Batch& batch);
    bool Unite(Call& record, Component& component);
    void Replace(Component& component, std::vector<Call> calls, store::Batch& batch);
    void Withdraw(CallWindow::Number number, const Call& call, store::Batch& batch);
    void Put(Call call, Fate fate, store::Batch& batch);
    void Remember(const Call& call);
    void Remember(const Call& call, const refine::JoinKeys& keys);
    void Finish(store::Batch& batch);

    store::Store& store_;
    bool is_active_ = false;
    refine::RecordKinds kinds_;
    CallWindow window_;
    KeyFilter filter_;
    std::size_t new_calls_ = 0;
    std::vector<Uuid> known_;  // Of the last batch, where nothing is looked at.
    bool asked_store_ = false;
    std::uint64_t duplicates_ = 0;
    std::uint64_t joined_ = 0;

    // Of the batch at hand.
    std::vector<Fate> fates_;             ///< Of what stands in batch.calls.
    CallWindow::Number batch_first_ = 0;  ///< In the window: of what stands first there.
    std::unordered_set<Uuid> new_of_gateway_;
    std::vector<Repeat> repeats_;
    std::vector<refine::JoinKeys> batch_keys_;  ///< Of its records; kept for their memory.
    refine::JoinKeys keys_;                     ///< Of one record; the same.
};

}  // namespace sightglass::pipeline
