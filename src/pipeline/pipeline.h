// The one joint between what is captured and what is kept: journal → refine → store and live, and
// the derive stage.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "access/limiter.h"
#include "base/files.h"
#include "base/result.h"
#include "base/time.h"
#include "call/call.h"
#include "journal/journal.h"
#include "live/live.h"
#include "pipeline/findings.h"
#include "pipeline/repricing.h"
#include "pipeline/threads.h"
#include "prices/price_book.h"
#include "refine/refine.h"
#include "store/store.h"

namespace sightglass::pipeline {

struct PipelineOptions {
    Duration keep_interval = std::chrono::seconds(15);  ///< For how long what answers know may be
                                                        ///< in the journal alone (store.h, Keep).
    std::size_t batch_calls_max = 256;                  ///< Handed to the store at once.
    Duration recovery_wait = std::chrono::seconds(2);   ///< For how long Start takes in what an
                                                        ///< earlier process left; then the rest
                                                        ///< follows while calls pass.
    Duration carry_after = std::chrono::seconds(10);    ///< For how long an open call may hold back
                                                        ///< a segment that is full.
    std::size_t window_bytes_max = std::size_t{64} << 20;  ///< Of the last calls, which are held in
                                                           ///< memory for others to join them.
    access::Limiter* limiter = nullptr;  ///< Charged with what calls cost, once they are priced;
                                         ///< null: nothing is limited. Outlives the pipeline.
    Duration give_up_after = std::chrono::hours(24);  ///< For how long a call may be open.
    ThreadOptions threads = {};
    Path thread_file =
        {};  ///< Where what is known of conversations outlives the program; empty: nowhere.
    Path undo_directory = {};  ///< Where repricing keeps what undoing it needs; empty: nothing can
                               ///< be repriced.
    refine::StepSet steps = {};    ///< What is done to each call.
    Findings* findings = nullptr;  ///< Told of repeated records, and kept; may be null. Outlives
                                   ///< the pipeline.
};

struct PipelineStats {
    std::uint64_t committed_calls = 0;  ///< Answers know them.
    std::uint64_t interrupted_calls = 0;
    std::uint64_t undecodable_records = 0;
    std::uint64_t duplicate_records = 0;  ///< Of a source that had said the same before.
    std::uint64_t joined_records = 0;     ///< Made one Call with another source's, or repeated.
    std::int64_t open_calls = 0;          ///< Begun, not ended.
    std::uint64_t failed_commits = 0;
    Duration lag{};  ///< For how long the oldest record of the journal that answers do not know
                     ///< has been there, or since the start; 0 when none.
};

/// Tails the journal on the thread `pipeline`, refines, stages to the store, which keeps them with
/// the journal's positions in the same transaction, and tells live. A Call that was begun by an earlier process
/// and never ended becomes `interrupted`. So does one whose end did not come within a day. A commit
/// that fails is tried again until it succeeds; meanwhile the journal fills up to its bound.
/// Thread-safety: safe for concurrent use.
class Pipeline {
public:
    /// Takes in what an earlier process left, then returns; the thread goes on from there. Comes
    /// before the first Writer that records calls. Where that is more than can be done in
    /// recovery_wait, the thread does the rest, before it comes to newer records. A Call without
    /// an end keeps what its begin record said:
    /// its end, latency and cost stay unknown, its error_type is self_internal.
    static Result<std::unique_ptr<Pipeline>> Start(
        journal::Journal& journal,
        store::Store& store,
        live::Live& live,
        std::shared_ptr<const prices::PriceBook> prices,
        const PipelineOptions& options
    );

    virtual ~Pipeline() = default;

    /// Commits everything that was appended before the call, then stops the thread. Writers must be
    /// gone. What a failing store did not take stays in the journal for the next start.
    virtual void Stop() = 0;

    virtual PipelineStats GetStats() const = 0;

    /// What calls cost that are taken in from now on: within a batch.
    virtual void SetPrices(std::shared_ptr<const prices::PriceBook> prices) = 0;

    /// Prices calls in the store again, at the prices that hold then; see Repricing.
    virtual Status Reprice(const RepriceOrder& order) = 0;

    /// How far that has come, or how the last one ended.
    virtual RepriceReport GetReprice() const = 0;
};

}  // namespace sightglass::pipeline
