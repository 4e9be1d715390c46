#include "store/duckdb/rollup_sums.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "store/duckdb/expressions.h"
#include "store/duckdb/schema.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

constexpr std::int64_t kHourUs = 3'600'000'000;
constexpr std::int64_t kHoursOfDay = 24;
constexpr std::int64_t kDayUs = kHoursOfDay * kHourUs;
/// Late calls are rare after this many rests: some rollups of a day are summed from all its calls.
constexpr int kDayRest = 20;
/// One rollup of a day costs about this much less a call than all of an hour.
constexpr std::int64_t kSetsOfHours = 4;
/// Before any touch that this process knows of.
constexpr SteadyTime kLongAgo{-std::chrono::hours(24 * 365)};

std::int64_t DayOf(std::int64_t hour_us) {
    return ToMicros(BucketOf(TimeFromMicros(hour_us), Grain::kDay));
}

/// "started_at >= … AND started_at < …", the numbers as constants.
std::string Between(std::int64_t from_us, std::int64_t to_us) {
    return "started_at >= make_timestamp(" + std::to_string(from_us) +
           "::BIGINT) AND started_at < make_timestamp(" + std::to_string(to_us) + "::BIGINT)";
}

/// Where the part ends; the last one takes what division left over.
std::int64_t EndOf(const RollupSums::Progress& part) {
    const bool is_merged = part.grain == Grain::kDay && RollupSets()[part.set].by_hour;
    const std::int64_t end = part.done_us + part.slice_us;
    return is_merged || end + part.slice_us > part.to_us ? part.to_us : end;
}

bool IsLast(const RollupSums::Progress& part) {
    return EndOf(part) == part.to_us &&
           (part.grain == Grain::kHour || part.set + 1 == RollupSets().size());
}

/// The part after it.
RollupSums::Progress After(RollupSums::Progress part) {
    part.done_us = EndOf(part);
    if (part.grain == Grain::kDay && part.done_us == part.to_us) {
        part.done_us = part.from_us;
        ++part.set;
    }
    return part;
}

std::string Dimensions(const RollupSet& set) {
    std::string list;
    for (const std::string_view dimension : set.dimensions) {
        list += ", " + Quoted(dimension);
    }
    return list;
}

/// The start of the bucket that holds `started_at`.
std::string BucketSql(Grain grain) {
    return "date_trunc('" + std::string(ToString(grain)) + "', started_at)::TIMESTAMP";
}

std::string SumCallsSql(const RollupSet& set, std::int64_t from_us, std::int64_t to_us) {
    std::string columns;
    for (const Part& part : PartsOf(set)) {
        columns += ", " + FromCallsSql(part) + " AS " + part.Column();
    }
    return Dimensions(set) + columns + " FROM calls WHERE " + Between(from_us, to_us);
}

std::string MergeSql(const RollupSet& set) {
    std::string columns;
    for (const Part& part : PartsOf(set)) {
        columns += ", " + MergedSql(part) + " AS " + part.Column();
    }
    return columns;
}

}  // namespace

Result<RollupSums> RollupSums::Make(duckdb_connection connection, const RollupOptions& options) {
    RollupSums made(connection, options);
    const std::string text =
        "SELECT -1, sums::BIGINT FROM rollup_state UNION ALL SELECT grain, started_us FROM "
        "rollup_unsummed";
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection, {text, {}}, NoDeadline()));
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            const std::int64_t grain = ReadInt(chunk.get(), 0, row).value_or(0);
            const std::int64_t value = ReadInt(chunk.get(), 1, row).value_or(0);
            if (grain < 0) {
                made.sums_ = static_cast<std::uint64_t>(value);
            } else {
                made.unsummed_[grain != 0].emplace(value, kLongAgo);
            }
        }
    }
    return made;
}

/// Buckets that are touched and not marked.
std::vector<std::int64_t> RollupSums::NewMarks(std::span<const std::int64_t> hours, Grain grain)
    const {
    std::set<std::int64_t> found;
    for (const std::int64_t hour : hours) {
        const std::int64_t start = grain == Grain::kDay ? DayOf(hour) : hour;
        if (!unsummed_[NumberOf(grain)].contains(start)) {
            found.insert(start);
        }
    }
    return {found.begin(), found.end()};
}

Status RollupSums::Change(const Sql& sql) const {
    const Result<Rows> done = Run(connection_, sql, NoDeadline());
    return done.Ok() ? Status() : done.error();
}

Status RollupSums::Mark(std::span<const std::int64_t> hours) {
    for (const Grain grain : kGrains) {
        std::vector<std::int64_t> marks = NewMarks(hours, grain);
        if (!marks.empty()) {
            SG_TRY(Change(
                {"INSERT INTO rollup_unsummed SELECT $1, unnest($2)",
                 {std::int64_t{NumberOf(grain)}, std::move(marks)}}
            ));
        }
    }
    return {};
}

void RollupSums::Marked(std::span<const std::int64_t> hours, SteadyTime now) {
    for (const std::int64_t hour : hours) {
        unsummed_[NumberOf(Grain::kHour)][hour] = now;
        unsummed_[NumberOf(Grain::kDay)][DayOf(hour)] = now;
        if (progress_ && hour >= progress_->from_us && hour < progress_->to_us) {
            progress_.reset();
        }
    }
}

bool RollupSums::IsDue(std::int64_t hour_us, SteadyTime now) const {
    const Times& hours = unsummed_[NumberOf(Grain::kHour)];
    const auto found = hours.find(hour_us);
    return found != hours.end() && now - found->second >= options_.rest;
}

bool RollupSums::HasUnsummedHour(std::int64_t day_us) const {
    const Times& hours = unsummed_[NumberOf(Grain::kHour)];
    const auto first = hours.lower_bound(day_us);
    return first != hours.end() && first->first < day_us + kDayUs;
}

/// The newest that is due: what people ask about most.
std::optional<RollupSums::Due> RollupSums::FindDue(Time newest, SteadyTime now) const {
    const auto is_past = [&](std::int64_t start_us, Grain grain) {
        return start_us < ToMicros(BucketOf(newest, grain));
    };
    const Times& hours = unsummed_[NumberOf(Grain::kHour)];
    for (auto at = hours.rbegin(); at != hours.rend(); ++at) {
        if (is_past(at->first, Grain::kHour) && now - at->second >= options_.rest) {
            return Due{Grain::kHour, at->first};
        }
    }
    const Times& days = unsummed_[NumberOf(Grain::kDay)];
    for (auto at = days.rbegin(); at != days.rend(); ++at) {
        if (is_past(at->first, Grain::kDay) && now - at->second >= options_.rest * kDayRest &&
            !HasUnsummedHour(at->first)) {
            return Due{Grain::kDay, at->first};
        }
    }
    return std::nullopt;
}

Result<std::int64_t> RollupSums::CountCalls(std::int64_t from_us, std::int64_t to_us) const {
    const std::string text = "SELECT count(*) FROM calls WHERE " + Between(from_us, to_us);
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection_, {text, {}}, NoDeadline()));
    const ChunkHandle chunk = rows.Next();
    return chunk.get() != nullptr ? ReadInt(chunk.get(), 0, 0).value_or(0) : 0;
}

Result<RollupSums::Progress> RollupSums::Begin(const Due& due, SteadyTime now) const {
    if (due.grain == Grain::kHour) {
        return BeginHours(due.start_us, now);
    }
    const std::int64_t end_us = due.start_us + kDayUs;
    SG_ASSIGN_OR_RETURN(const std::int64_t calls, CountCalls(due.start_us, end_us));
    const std::int64_t slices = 1 + calls / (kSetsOfHours * options_.step_calls_max);
    return Progress{due.grain, due.start_us, end_us, due.start_us, kDayUs / slices};
}

/// The hour and those before it that are summed with it, or in how many parts it is.
Result<RollupSums::Progress> RollupSums::BeginHours(std::int64_t hour_us, SteadyTime now) const {
    const std::int64_t to_us = hour_us + kHourUs;
    SG_ASSIGN_OR_RETURN(std::int64_t calls, CountCalls(hour_us, to_us));
    const std::int64_t slice_us = kHourUs / (1 + calls / options_.step_calls_max);
    std::int64_t from_us = hour_us;
    while (slice_us == kHourUs && from_us > DayOf(hour_us) && IsDue(from_us - kHourUs, now)) {
        SG_ASSIGN_OR_RETURN(const std::int64_t more, CountCalls(from_us - kHourUs, from_us));
        calls += more;
        if (calls > options_.step_calls_max) {
            break;
        }
        from_us -= kHourUs;
    }
    const bool is_empty = calls == 0;  // Then it is done with at once.
    return Progress{
        Grain::kHour,
        from_us,
        to_us,
        is_empty ? to_us : from_us,
        slice_us == kHourUs ? to_us - from_us : slice_us};
}

Result<bool> RollupSums::Step(Time newest, SteadyTime now) {
    const std::optional<Due> due = FindDue(newest, now);
    if (!due) {
        return false;
    }
    const std::int64_t end_us = due->start_us + ToMicros(Time(WidthOf(due->grain)));
    if (!progress_ || progress_->grain != due->grain || progress_->to_us != end_us) {
        SG_ASSIGN_OR_RETURN(progress_, Begin(*due, now));
    }
    const Progress part = *progress_;
    SG_TRY(Execute(connection_, "BEGIN"));
    Status status = InTransaction(part);
    if (status.Ok()) {
        status = Change({"COMMIT", {}});
    }
    if (!status.Ok()) {
        static_cast<void>(Execute(connection_, "ROLLBACK"));
        progress_.reset();
        return status.error();
    }
    ++sums_;
    if (IsLast(part)) {
        Times& unsummed = unsummed_[NumberOf(part.grain)];
        unsummed.erase(unsummed.lower_bound(part.from_us), unsummed.lower_bound(part.to_us));
        progress_.reset();
    } else {
        progress_ = After(part);
    }
    return true;
}

Status RollupSums::InTransaction(const Progress& part) {
    const bool is_empty = part.done_us == part.to_us;
    if (is_empty || (part.done_us == part.from_us && part.set == 0)) {
        SG_TRY(Clear(part));
    }
    if (!is_empty) {
        SG_TRY(part.grain == Grain::kDay ? SumDay(part) : SumHours(part));
    }
    if (IsLast(part)) {
        SG_TRY(Unmark(part));
    }
    return Change({"UPDATE rollup_state SET sums = $1", {sums_ + 1}});
}

Status RollupSums::SumHours(const Progress& part) {
    for (const RollupSet& set : RollupSets()) {
        if (set.by_hour) {
            SG_TRY(Insert(set, part, SumCallsSql(set, part.done_us, EndOf(part))));
        }
    }
    return {};
}

Status RollupSums::SumDay(const Progress& day) {
    const RollupSet& set = RollupSets()[day.set];
    if (!set.by_hour) {
        return Insert(set, day, SumCallsSql(set, day.done_us, EndOf(day)));
    }
    SG_TRY(Insert(
        set,
        day,
        ", is_rest" + Dimensions(set) + MergeSql(set) + " FROM " + TableOf(set, Grain::kHour) +
            " WHERE " + Between(day.from_us, day.to_us)
    ));
    return Change(
        {"INSERT INTO rollup_rest SELECT $1, $2, sum(series)::BIGINT FROM rollup_rest WHERE "
         "rollup = $3 AND started_us >= $2 AND started_us < $4 HAVING count(*) > 0",
         {NumberOf(set, Grain::kDay), day.from_us, NumberOf(set, Grain::kHour), day.to_us}}
    );
}

/// `rows` are columns beside the bucket's start, and what stands behind them, to be grouped by all.
Status RollupSums::Insert(const RollupSet& set, const Progress& part, const std::string& rows) {
    const std::string table = TableOf(set, part.grain);
    const std::string sum = std::to_string(sums_ + 1);
    const std::string text = "INSERT INTO " + table + " BY NAME SELECT " + BucketSql(part.grain) +
                             " AS started_at, " + sum + "::UBIGINT AS summed_by" + rows +
                             " GROUP BY ALL";
    SG_ASSIGN_OR_RETURN(Rows inserted, Run(connection_, {text, {}}, NoDeadline()));
    if (inserted.Changed() <= static_cast<std::uint64_t>(set.series_max)) {
        return {};
    }
    const std::string too_many = "SELECT epoch_us(started_at) FROM " + table + " WHERE " +
                                 Between(part.from_us, part.to_us) + " AND summed_by = " + sum +
                                 " GROUP BY 1 HAVING count(*) > " + std::to_string(set.series_max);
    SG_ASSIGN_OR_RETURN(Rows found, Run(connection_, {too_many, {}}, NoDeadline()));
    for (ChunkHandle chunk = found.Next(); chunk.get() != nullptr; chunk = found.Next()) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            SG_TRY(Fold(set, part.grain, ReadInt(chunk.get(), 0, row).value_or(0)));
        }
    }
    return {};
}

/// Of what this sum wrote, the combinations with the fewest calls become one row.
Status RollupSums::Fold(const RollupSet& set, Grain grain, std::int64_t start_us) {
    const std::string table = TableOf(set, grain);
    const std::string of_sum =
        Between(start_us, start_us + 1) + " AND summed_by = " + std::to_string(sums_ + 1);
    const std::string rest = "(SELECT rowid FROM " + table + " WHERE " + of_sum +
                             " AND is_rest IS NULL QUALIFY row_number() OVER (ORDER BY n_calls "
                             "DESC, rowid) > " +
                             std::to_string(set.series_max) + ")";
    SG_TRY(Change(
        {"INSERT INTO rollup_rest SELECT $1, $2, count(*) FROM " + rest,
         {NumberOf(set, grain), start_us}}
    ));
    SG_TRY(Change(
        {"INSERT INTO " + table + " BY NAME SELECT make_timestamp(" + std::to_string(start_us) +
             "::BIGINT) AS started_at, " + std::to_string(sums_ + 1) +
             "::UBIGINT AS summed_by, true AS is_rest" + MergeSql(set) + " FROM " + table +
             " WHERE rowid IN " + rest,
         {}}
    ));
    return Change({"DELETE FROM " + table + " WHERE rowid IN " + rest, {}});
}

Status RollupSums::Clear(const Progress& part) const {
    const std::string of_part = " WHERE " + Between(part.from_us, part.to_us);
    for (const RollupSet& set : RollupSets()) {
        if (part.grain == Grain::kDay || set.by_hour) {
            SG_TRY(Change({"DELETE FROM " + TableOf(set, part.grain) + of_part, {}}));
        }
    }
    return Change(
        {"DELETE FROM rollup_rest WHERE rollup % $1 = $2 AND started_us >= $3 AND started_us < $4",
         {static_cast<std::int64_t>(std::size(kGrains)),
          std::int64_t{NumberOf(part.grain)},
          part.from_us,
          part.to_us}}
    );
}

Status RollupSums::Unmark(const Progress& part) const {
    return Change(
        {"DELETE FROM rollup_unsummed WHERE grain = $1 AND started_us >= $2 AND started_us < $3",
         {std::int64_t{NumberOf(part.grain)}, part.from_us, part.to_us}}
    );
}

}  // namespace sightglass::store
