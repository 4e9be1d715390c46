// The Store: Calls kept for good, and answers about them. One interface, several engines
// (store/duckdb; store/memory.h is the reference that engines are tested against), which throw nothing
// across it. Questions are data: a Plan says what is wanted in names of the catalogue; turning it into
// SQL is the engine's affair.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "call/call.h"
#include "call/catalogue.h"
#include "call/feedback.h"
#include "call/span.h"
#include "store/feedback.h"
#include "store/traces.h"

namespace sightglass::store {

/// How far the journal has been taken in: a segment, and the offset of the first record in it that
/// was not.
using JournalPositions = std::map<std::uint64_t, std::uint64_t>;

/// A Call that is in the store, and is not once a batch is in: a newer version of it comes with the
/// batch, or it was joined to another one.
struct Withdrawn {
    Uuid call_id;
    OptionalTime started_at;  ///< Of the version in the store; unknown costs a longer search.
};

/// What one transaction brings in. A Call whose call_id is stored already replaces it.
struct Batch {
    std::vector<Call> calls;
    std::vector<Content> contents;
    std::vector<Span> spans;  ///< One whose id is stored already is the same one: it is left out.
    std::vector<Feedback> feedback;  ///< Takes the place of what has the same id; the last counts.
    std::vector<Withdrawn> withdrawn;  ///< Go before `calls` come.
    bool ids_are_new = false;  ///< No Call of it has an id in the store but those withdrawn, and no
                               ///< two have one id: the store need not look.
    JournalPositions positions;
    std::vector<std::uint64_t> forgotten_segments;  ///< Deleted: their positions go.

    bool Empty() const {
        return calls.empty() && contents.empty() && spans.empty() && feedback.empty() &&
               withdrawn.empty() && positions.empty() && forgotten_segments.empty();
    }
};

enum class Comparison : std::uint8_t {
    kIs,
    kIsNot,
    kContains,
    kAtLeast,
    kAtMost,
    kIsNull,
    kIsNotNull
};

/// One condition on a field or tag. kIs with several values means any of them; kIsNot means none of
/// them.
struct Filter {
    Dimension dimension;                  ///< Of it, `field` alone counts here; null for a tag.
    std::string tag;                      ///< The tag's name; empty for a field.
    Quantity quantity = Quantity::kNone;  ///< Instead of a field: a number worked out of several.
    Comparison comparison = Comparison::kIs;
    std::vector<std::string> values;
    std::vector<Filter> or_else;  ///< A Call that meets one of these meets the filter as well.
};

struct OrderBy {
    std::string column;  ///< Name of a metric or dimension of the Plan, or "time".
    bool descending = false;
};

/// A question in the catalogue's names, already checked. Half-open time range [from, to).
struct Plan {
    Time from;
    Time to;
    std::vector<const Metric*> metrics;
    std::vector<Filter> group_by;  ///< Only dimension and tag are used.
    std::optional<Duration>
        interval;  ///< Buckets start at multiples of it since 1970-01-01 (weeks: Monday).
    std::vector<Filter> filters;
    std::vector<OrderBy> order_by;
    std::size_t limit = 10'000;
};

/// A histogram question: how many calls had `quantity` in each logarithmic bucket, by time.
struct DistributionPlan {
    Time from;
    Time to;
    Duration interval;
    Quantity quantity = Quantity::kLatencyUs;
    std::vector<Filter> filters;
    int buckets_per_decade = 8;
};

/// One cell of an answer. Null is a missing value.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string, Time>;

struct Column {
    std::string name;
    std::string type;  ///< "time", "text", "integer", "number"
    std::string unit;
};

/// What an answer was read from, and how much of its time: sums that the store keeps, or Calls.
struct Provenance {
    std::string
        rollup;        ///< The name of the sums; empty where all was read from Calls, and then the
                       ///< rest says nothing.
    Duration days{};   ///< Read from sums by day,
    Duration hours{};  ///< by hour,
    Duration calls{};  ///< and from Calls.
};

struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    Provenance source = {};
};

/// Which calls a list holds, newest first. The cursor is the last item of the page before.
struct CallQuery {
    Time from;
    Time to;
    std::vector<Filter> filters;
    std::string text;  ///< Full-text: content, error message, ids. Empty for all.

    struct Cursor {
        Time started_at;
        Uuid call_id;
    };

    std::optional<Cursor> before;
    std::size_t limit = 100;
};

/// Which Calls may be the same requests as some others: those that started in [from, to] and have
/// one of these ids or figures.
struct RelatedQuery {
    /// So many tokens, and a start or an end that is as close as kApart.
    struct Figures {
        std::int64_t output_tokens = 0;
        Time started_at;
        OptionalTime ended_at;

        static constexpr Duration kApart = std::chrono::seconds(1);
    };

    Time from;
    Time to;
    std::vector<Uuid> call_ids;
    std::vector<std::string> provider_response_ids;
    std::vector<std::string> provider_request_ids;
    std::vector<std::string> span_ids;
    std::vector<Figures> figures;
    std::size_t figures_limit = 10'000;  ///< Calls that are found by figures alone; of ids, all.

    bool Empty() const {
        return call_ids.empty() && provider_response_ids.empty() && provider_request_ids.empty() &&
               span_ids.empty() && figures.empty();
    }
};

struct StoreStats {
    std::uint64_t calls = 0;
    std::uint64_t bytes = 0;
    std::optional<Time> oldest;
    std::optional<Time> newest;
};

struct BreakdownPlan;  // Both: store/breakdown.h.
struct Breakdown;

/// Thread-safety: Commit, Stage, StageRoom, Keep, HasStaged, Tend, ForgetContents and FindRelated from one thread (the
/// pipeline); everything else from any thread, beside it.
class Store {
public:
    virtual ~Store() = default;

    /// All of the batch or nothing, durable on return. What was staged before it goes with it, or
    /// went before.
    virtual Status Commit(const Batch& batch) = 0;

    /// Takes the batch in: answers know of it from now on, but only Keep makes it durable, and
    /// Positions knows of it only then: what a crash takes away before, the journal brings again.
    /// Far cheaper than a commit. An engine without such a stage commits.
    virtual Status Stage(const Batch& batch) { return Commit(batch); }

    /// How many Calls can be staged before Keep has to be called; it then does so at its cheapest.
    virtual std::size_t StageRoom() const { return std::numeric_limits<std::size_t>::max(); }

    /// Makes all that was staged durable, or nothing of it; then it is tried again.
    virtual Status Keep() { return {}; }

    virtual bool HasStaged() const { return false; }

    /// Deletes a bounded part of those contents that are kept no longer. True where more is left.
    virtual Result<bool> ForgetContents(Time /*now*/) { return false; }

    /// Does a small part of the work that makes answers faster and changes none, such as summing up.
    /// False where there is none to do now. A failure costs nothing but that.
    virtual Result<bool> Tend() { return false; }

    /// What the commits so far said about the journal.
    virtual Result<JournalPositions> Positions() const = 0;

    virtual Result<Table> Select(const Plan& plan) const = 0;

    /// Columns: time, bucket_low, bucket_high (in the quantity's unit), calls. Empty cells are left
    /// out.
    virtual Result<Table> Distribution(const DistributionPlan& plan) const = 0;

    /// One answer for each grouping, in their order.
    /// kUnavailable from a store that cannot.
    virtual Result<std::vector<Breakdown>> BreakDown(const BreakdownPlan& plan) const;

    virtual Result<std::vector<Call>> List(const CallQuery& query) const = 0;

    /// kNotFound where there is none.
    virtual Result<Call> Find(const Uuid& call_id) const = 0;
    virtual Result<Content> FindContent(const Uuid& call_id) const = 0;

    virtual Result<std::vector<TraceSummary>> ListTraces(const TraceQuery& query) const = 0;

    /// kNotFound where there is nothing of it.
    virtual Result<Trace> FindTrace(const TraceKey& key) const = 0;

    virtual Result<std::vector<Feedback>> ListFeedback(const FeedbackQuery& query) const = 0;

    /// What counts for this Call (store/feedback.h), newest first, kFeedbackOfCallMax at most.
    virtual Result<std::vector<Feedback>> FindFeedback(const Call& call) const = 0;

    /// In no order.
    virtual Result<std::vector<Call>> FindRelated(const RelatedQuery& query) = 0;

    virtual Result<StoreStats> GetStats() const = 0;
};

}  // namespace sightglass::store
