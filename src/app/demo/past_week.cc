#include "app/demo/past_week.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "refine/model_aliases.h"
#include "refine/refine.h"

namespace sightglass::demo {

namespace {

// Few enough transactions, and little enough to hold in memory.
constexpr std::size_t kBatchCalls = 20'000;

bool StartsEarlier(const Call& a, const Call& b) {
    return *a.started_at < *b.started_at;
}

/// Brings calls into order of time, gives them ids and commits them in batches.
class Filler {
public:
    Filler(store::Store& store, const prices::PriceBook& prices, std::uint64_t seed)
        : store_(store), prices_(prices), ids_(seed) {}

    std::vector<Call>& Pending() noexcept { return pending_; }

    std::int64_t Stored() const noexcept { return stored_; }

    /// Takes out the calls that started before `until`: no earlier one will come.
    Status Settle(Time until) {
        const auto later =
            std::partition(pending_.begin(), pending_.end(), [until](const Call& call) {
                return *call.started_at < until;
            });
        std::sort(pending_.begin(), later, StartsEarlier);
        for (auto call = pending_.begin(); call != later; ++call) {
            call->call_id = ids_.Next(*call->started_at);
            aliases_.LearnOrComplete(*call);
            refine::Refine(*call, prices_);
        }
        std::move(pending_.begin(), later, std::back_inserter(batch_.calls));
        pending_.erase(pending_.begin(), later);
        return batch_.calls.size() >= kBatchCalls ? Commit() : Status();
    }

    Status Commit() {
        if (batch_.Empty()) {
            return {};
        }
        SG_TRY(store_.Commit(batch_));
        stored_ += static_cast<std::int64_t>(batch_.calls.size());
        batch_.calls.clear();
        return {};
    }

private:
    store::Store& store_;
    const prices::PriceBook& prices_;
    UuidSource ids_;
    refine::ModelAliases aliases_;
    std::vector<Call> pending_;
    store::Batch batch_;
    std::int64_t stored_ = 0;
};

}  // namespace

Result<PastWeek> FillPastWeek(
    store::Store& store,
    const prices::PriceBook& prices,
    const access::Fingerprinter& fingerprinter,
    const HistoryOptions& options,
    const std::function<bool(double share)>& go_on
) {
    SG_ASSIGN_OR_RETURN(const store::StoreStats stats, store.GetStats());
    const Duration span_max = std::max<Duration>(std::chrono::weeks(1), options.chat_history);
    Time from = options.now - span_max;
    const Time changed_at = stats.oldest.value_or(from) + (span_max - kSinceChange);
    if (stats.newest) {
        from = std::max(from, *stats.newest);
    }
    PastWeek week{.from = from, .to = from, .changed_at = changed_at};
    if (options.now - from < kHistorySlot) {
        return week;
    }
    HistoryOptions with_change = options;
    with_change.changed_at = changed_at;
    const History history(with_change, fingerprinter);
    Filler filler(store, prices, Mix(options.seed, static_cast<std::uint64_t>(ToMicros(from))));
    const Time first_slot =
        Time(from.time_since_epoch() / kHistorySlot * kHistorySlot + kHistorySlot);
    const double span = static_cast<double>((options.now - from).count());
    for (Time slot = first_slot; slot < options.now; slot += kHistorySlot) {
        if (!go_on(static_cast<double>((slot - from).count()) / span)) {
            break;
        }
        history.AppendSlot(slot, filler.Pending(), week.opinions);
        week.to = slot + kHistorySlot;
        SG_TRY(filler.Settle(week.to));
    }
    const bool whole = week.to >= options.now;
    if (whole) {
        week.to = options.now;
        SG_TRY(filler.Settle(Time::max()));
    }
    SG_TRY(filler.Commit());
    week.calls = filler.Stored();
    return week;
}

}  // namespace sightglass::demo
