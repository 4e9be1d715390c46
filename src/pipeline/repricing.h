// Pricing or cleaning calls again that are in the store: after a price list or a rule changed, or a price of one's own was put in
// late.
//
// Done by the pipeline's thread between batches, a page of calls at a time, so that new calls go on being taken in. What is
// changed is committed as new versions of the calls, so that no record of the journal brings an old price back; before that, the
// fields as they were are put into a file, from which the last order can be undone.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "call/call.h"
#include "prices/price_book.h"
#include "refine/refine.h"
#include "store/store.h"

namespace sightglass::pipeline {

struct RepriceOrder {
    enum class Kind : std::uint8_t {
        kTry,  ///< Says what would change.
        kApply,
        kUndo,  ///< Of the last one that was applied; `from` and `to` do not matter.
    };

    Kind kind = Kind::kTry;
    Time from;
    Time to;
    /// What is done to each call; nothing: it is priced.
    std::optional<refine::StepSet> steps = {};
};

/// Calls in which a step changes a field.
struct RefineLine {
    static constexpr std::size_t kExamplesMax = 5;

    std::string_view step;
    std::string_view field;
    std::uint64_t calls = 0;
    std::vector<Uuid> examples;
};

/// Calls whose cost changed for the same reason.
struct RepriceLine {
    std::string provider;
    std::string model;
    std::string_view
        cause;  ///< "newly_priced", "no_longer_priced", "model", "list", "service_tier", "discount", "rates".
    std::uint64_t calls = 0;
    Money before;  ///< Unpriced calls count as nothing.
    Money after;
};

struct RepriceReport {
    enum class State : std::uint8_t { kNone, kRunning, kDone, kFailed };

    State state = State::kNone;
    RepriceOrder order;
    std::uint64_t calls = 0;    ///< Looked at.
    std::uint64_t changed = 0;  ///< Of them; or that would be changed.
    std::uint64_t skipped = 0;  ///< By an undo: they have another price by now, or are gone.
    std::string error;
    std::vector<RepriceLine> lines;
    std::vector<RefineLine> changes;  ///< Where steps were asked for.
};

/// Why a cost is another one; empty where it is not.
std::string_view CauseOfChange(const Call& before, const Call& after) noexcept;

/// The Call at today's prices: each record that it was made of is priced, and they are put together again. What a provider
/// stated stays.
Call Reprice(const Call& call, const prices::PriceBook& prices);

/// Thread-safety: Start and Report from any thread; IsRunning and Step from the one that commits to the store.
class Repricing {
public:
    /// `directory` is where what is needed for undoing is kept; empty: nothing can be repriced.
    Repricing(store::Store& store, Path directory);
    ~Repricing();
    Repricing(const Repricing&) = delete;
    Repricing& operator=(const Repricing&) = delete;

    /// kConflict while one runs; kNotFound where there is nothing to undo.
    Status Start(const RepriceOrder& order);

    RepriceReport Report() const;

    bool IsRunning() const noexcept;

    /// Reprices the next page. True where the store has other versions of calls now than before.
    bool Step(const prices::PriceBook& prices);

private:
    struct Run;
    using Pairs = std::map<Uuid, std::pair<Call, Call>>;  ///< Of a call, what differs.

    Result<bool> Advance(const prices::PriceBook& prices);
    Result<bool> RepricePage(const prices::PriceBook& prices);
    Result<bool> UndoPage();
    static Result<Pairs> ReadPairs(std::string_view page);
    Result<std::vector<Call>> FindAll(const Pairs& pairs);
    Status Save(const std::string& pairs);
    Status BeginSaving();
    Status OpenUndo();
    Call Rework(const Call& call, const prices::PriceBook& prices);
    void CountMoney(std::string_view cause, const Call& before, const Call& after);
    Status CommitVersions(std::vector<Call> calls, std::vector<store::Withdrawn> replaced);
    void Finish(RepriceReport::State state, std::string error);

    store::Store& store_;
    const Path directory_;
    std::atomic<bool> is_running_ = false;
    Guarded<RepriceReport> report_;
    std::unique_ptr<Run> run_;  // Of the thread that steps.
};

}  // namespace sightglass::pipeline
