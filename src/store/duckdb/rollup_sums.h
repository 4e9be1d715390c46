// Keeps rollups true: marks the buckets that a commit touches, in its transaction, and sums them
// again later, a bounded part at a time.
//
// Hours are summed from calls, days from the hours of the same rollup where it has any. What is
// asked about a marked bucket is read from calls, so a part that fails or is cut short costs time
// and nothing else.
//
// Included by this folder's .cc files only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "store/duckdb/handle.h"
#include "store/duckdb/rollup_sets.h"

namespace sightglass::store {

struct RollupOptions {
    /// An hour is summed when so long no commit touched it, a day after kDayRest times as long.
    Duration rest = std::chrono::seconds(30);
    std::int64_t step_calls_max = 61'440;  ///< One part looks at about so many calls; of one
                                           ///< rollup of a day, at four times as many.
};

/// Thread-safety: belongs to the thread that commits.
class RollupSums {
public:
    /// What is summed together: some hours of a day, of all rollups; or a day, of one rollup after
    /// the other. Where there are too many calls for one part, the next one begins at `done_us`.
    struct Progress {
        Grain grain;
        std::int64_t from_us;
        std::int64_t to_us;
        std::int64_t done_us;
        std::int64_t slice_us;
        std::size_t set = 0;  ///< Of a day.
    };

    /// Reads what is marked in the file.
    static Result<RollupSums> Make(duckdb_connection connection, const RollupOptions& options);

    /// Within the transaction that touches these hours (µs since 1970, whole hours).
    Status Mark(std::span<const std::int64_t> hours);

    /// After the transaction, if it succeeded.
    void Marked(std::span<const std::int64_t> hours, SteadyTime now);

    /// Sums a part of what is due, in a transaction of its own. False where nothing is due. `newest`
    /// is when the newest call started: its hour is still filling.
    Result<bool> Step(Time newest, SteadyTime now);

private:
    /// A bucket of one grain, and how far it is summed.
    struct Due {
        Grain grain;
        std::int64_t start_us;
    };

    RollupSums(duckdb_connection connection, const RollupOptions& options)
        : connection_(connection), options_(options) {}

    using Times = std::map<std::int64_t, SteadyTime>;

    std::vector<std::int64_t> NewMarks(std::span<const std::int64_t> hours, Grain grain) const;
    Status Change(const Sql& sql) const;
    std::optional<Due> FindDue(Time newest, SteadyTime now) const;
    bool IsDue(std::int64_t hour_us, SteadyTime now) const;
    bool HasUnsummedHour(std::int64_t day_us) const;
    Result<Progress> Begin(const Due& due, SteadyTime now) const;
    Result<Progress> BeginHours(std::int64_t hour_us, SteadyTime now) const;
    Result<std::int64_t> CountCalls(std::int64_t from_us, std::int64_t to_us) const;
    Status SumHours(const Progress& part);
    Status SumDay(const Progress& day);
    Status Insert(const RollupSet& set, const Progress& part, const std::string& rows);
    Status Fold(const RollupSet& set, Grain grain, std::int64_t start_us);
    Status Clear(const Progress& part) const;
    Status Unmark(const Progress& part) const;
    Status InTransaction(const Progress& part);

    duckdb_connection connection_;
    RollupOptions options_;
    std::uint64_t sums_ = 0;
    Times unsummed_[2];  ///< By grain: start, and when it was last touched.
    std::optional<Progress> progress_;
};

}  // namespace sightglass::store
