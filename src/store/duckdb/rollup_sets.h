// Which sums of Calls are kept, by which dimensions, at which grain (decision 27), and the tables
// that hold them: rollup_<set>_<grain>, one row a bucket and combination of the set's dimensions.
//
//   started_at   the bucket's start
//   summed_by    the number of the sum that wrote the row (rollup_state)
//   is_rest      NULL but in the row of what was too much to keep apart: its dimensions are NULL
//   …            the set's dimensions, by the names of Call's fields
//   …            the parts that metrics are worked out of (Part)
//
//   rollup_state     one row: how many sums there were
//   rollup_unsummed  buckets whose rows do not hold (what the Calls say): they are read from calls
//   rollup_rest      buckets that have a row of the rest: how many combinations are in it
//
// Included by this folder's .cc files only.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "call/catalogue.h"
#include "store/duckdb/handle.h"

namespace sightglass::store {

enum class Grain : std::uint8_t { kHour, kDay };

inline constexpr Grain kGrains[] = {Grain::kHour, Grain::kDay};

/// "hour", "day".
std::string_view ToString(Grain grain) noexcept;

/// As rollup_unsummed names it: no text, for it would look as if it might name a user.
int NumberOf(Grain grain) noexcept;

Duration WidthOf(Grain grain) noexcept;

/// The start of the bucket that holds it.
Time BucketOf(Time time, Grain grain) noexcept;

struct RollupSet {
    std::string_view name;
    std::span<const std::string_view> dimensions;
    bool by_hour;    ///< Its hours stay when their day is summed.
    bool durations;  ///< It has histograms.
    bool names;      ///< It has sketches of users, sessions and keys.
    int series_max;  ///< Combinations a bucket; of more, those with the fewest calls are the rest.
};

/// The smallest first: of those that can answer, the first is asked.
std::span<const RollupSet> RollupSets() noexcept;

/// A column of a rollup.
struct Part {
    enum class Kind : std::uint8_t { kCount, kSum, kKnown, kMax, kDurations, kNames };

    Kind kind;
    Condition condition = Condition::kAll;  ///< Of kCount.
    Quantity quantity = Quantity::kNone;    ///< Of kSum, kKnown, kMax, kDurations.
    std::string_view field = "";            ///< Of kNames.
    std::string_view name = "";             ///< What it is of, in the column's name.

    std::string Column() const;
};

/// All parts that a set keeps.
std::vector<Part> PartsOf(const RollupSet& set);

/// The parts that a metric is worked out of; nothing where it cannot be worked out of any.
std::optional<std::vector<Part>> PartsOf(const Metric& metric);

/// The part made of the rows of `calls` (or of what they are narrowed to), and of other rows of it.
std::string FromCallsSql(const Part& part);
std::string MergedSql(const Part& part);

std::string TableOf(const RollupSet& set, Grain grain);

/// As rollup_rest names the table.
std::int64_t NumberOf(const RollupSet& set, Grain grain) noexcept;

/// Makes the tables anew where they are not those that this version keeps: all is unsummed then.
/// Within a transaction.
Status MakeRollupTables(duckdb_connection connection);

/// Statements that make days unsummed, with their hours, and take their rows away. `days` is a
/// query for one column, started_us: their starts. For a connection that knows no sketches.
std::vector<std::string> ForgetDaysSql(const std::string& days);

}  // namespace sightglass::store
