#include "store/duckdb/rollup_pieces.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>

#include "store/duckdb/values.h"
#include "store/matching.h"

namespace sightglass::store {
namespace {

/// Longer questions are read from calls: there are none in most of their buckets.
constexpr Duration kSpanMax = std::chrono::hours(24 * 366 * 10);
/// With more pieces than this, so many buckets are unsummed that calls are read at once.
constexpr std::size_t kPiecesMax = 24;

bool HasDimension(const RollupSet& set, const Filter& filter) {
    const Field* const field = filter.dimension.field;
    const bool has_own = filter.quantity == Quantity::kNone && field != nullptr &&
                         std::find(set.dimensions.begin(), set.dimensions.end(), field->name) !=
                             set.dimensions.end();
    return has_own &&
           std::all_of(filter.or_else.begin(), filter.or_else.end(), [&](const Filter& other) {
               return HasDimension(set, other);
           });
}

bool HasDimensions(const RollupSet& set, const Plan& plan) {
    const auto has = [&set](const Filter& filter) { return HasDimension(set, filter); };
    return std::all_of(plan.group_by.begin(), plan.group_by.end(), has) &&
           std::all_of(plan.filters.begin(), plan.filters.end(), has);
}

bool HasParts(const RollupSet& set, const Metric& metric) {
    const std::optional<std::vector<Part>> parts = PartsOf(metric);
    return parts && std::all_of(parts->begin(), parts->end(), [&set](const Part& part) {
               return (part.kind != Part::Kind::kDurations || set.durations) &&
                      (part.kind != Part::Kind::kNames || set.names);
           });
}

bool IsMultiple(const std::optional<Duration>& interval, Grain grain) {
    return !interval || (*interval % WidthOf(grain) == Duration(0) &&
                         BucketOf(BucketOrigin(*interval), grain) == BucketOrigin(*interval));
}

/// What may be read, bucket by bucket.
class Usable {
public:
    Usable(const Plan& plan, const RollupSet& set, const RollupState& state)
        : by_hour_(set.by_hour),
          tells_apart_(!plan.group_by.empty() || !plan.filters.empty()),
          by_grain_{
              IsMultiple(plan.interval, Grain::kHour),
              IsMultiple(plan.interval, Grain::kDay)},
          state_(state) {}

    bool operator()(Time start, Grain grain) const {
        const std::int64_t start_us = ToMicros(start);
        const int number = NumberOf(grain);
        if (!by_grain_[number] || state_.unsummed[number].contains(start_us) ||
            (tells_apart_ && state_.with_rest[number].contains(start_us))) {
            return false;
        }
        return grain == Grain::kDay
                   ? !HasHour(state_.unsummed[0], start) && !HasHour(state_.staged_hours, start)
                   : by_hour_ && !state_.staged_hours.contains(start_us);
    }

private:
    static bool HasHour(const std::set<std::int64_t>& hours, Time day) {
        const auto first = hours.lower_bound(ToMicros(day));
        return first != hours.end() && *first < ToMicros(day + WidthOf(Grain::kDay));
    }

    bool by_hour_;
    bool tells_apart_;
    bool by_grain_[2];
    const RollupState& state_;
};

/// The widest piece that begins there and is read from one place.
Piece NextPiece(Time from, Time to, const Usable& is_usable) {
    for (const Grain grain : {Grain::kDay, Grain::kHour}) {
        const Time end = from + WidthOf(grain);
        if (BucketOf(from, grain) == from && end <= to && is_usable(from, grain)) {
            return {grain, from, end};
        }
    }
    const Time next = BucketOf(from, Grain::kHour) + WidthOf(Grain::kHour);
    return {std::nullopt, from, std::min(next, to)};
}

}  // namespace

const RollupSet* FindRollup(const Plan& plan) {
    for (const RollupSet& set : RollupSets()) {
        const auto has = [&set](const Metric* metric) { return HasParts(set, *metric); };
        if (HasDimensions(set, plan) &&
            std::all_of(plan.metrics.begin(), plan.metrics.end(), has)) {
            return &set;
        }
    }
    return nullptr;
}

Result<RollupState> ReadRollupState(
    duckdb_connection connection,
    const Plan& plan,
    const RollupSet& set,
    SteadyTime deadline
) {
    const std::int64_t from_us = ToMicros(BucketOf(plan.from, Grain::kDay));
    const Sql sql{
        "SELECT 0, sums::BIGINT, 0 FROM rollup_state UNION ALL "
        "SELECT 1, started_us, grain FROM rollup_unsummed WHERE started_us >= $1 AND started_us < "
        "$2 UNION ALL SELECT 2, started_us, rollup - $3 FROM rollup_rest WHERE started_us >= $1 "
        "AND started_us < $2 AND rollup - $3 IN (0, 1) UNION ALL "
        "SELECT 3, coalesce(sum(n_calls), 0)::BIGINT, 0 FROM " +
            TableOf(RollupSets().front(), Grain::kHour) +
            " WHERE started_at >= $4 AND started_at < $5",
        {from_us, ToMicros(plan.to), NumberOf(set, Grain::kHour), plan.from, plan.to}};
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection, sql, deadline));
    RollupState state;
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            const std::int64_t what = ReadInt(chunk.get(), 0, row).value_or(0);
            const std::int64_t value = ReadInt(chunk.get(), 1, row).value_or(0);
            const bool is_day = ReadInt(chunk.get(), 2, row) == NumberOf(Grain::kDay);
            if (what == 0) {
                state.sums = static_cast<std::uint64_t>(value);
            } else if (what == 3) {
                state.summed_calls = value;
            } else {
                (what == 1 ? state.unsummed : state.with_rest)[is_day ? 1 : 0].insert(value);
            }
        }
    }
    return state;
}

std::vector<Piece> CutTime(const Plan& plan, const RollupSet& set, const RollupState& state) {
    std::vector<Piece> pieces;
    if (plan.to - plan.from > kSpanMax) {
        return pieces;
    }
    const Usable is_usable(plan, set, state);
    bool any = false;
    for (Time from = plan.from; from < plan.to;) {
        const Piece next = NextPiece(from, plan.to, is_usable);
        any = any || next.grain;
        if (!pieces.empty() && pieces.back().grain == next.grain) {
            pieces.back().to = next.to;
        } else {
            pieces.push_back(next);
        }
        from = next.to;
    }
    return any && pieces.size() <= kPiecesMax ? pieces : std::vector<Piece>();
}

Provenance ProvenanceOf(const RollupSet& set, std::span<const Piece> pieces) {
    Provenance provenance;
    provenance.rollup = set.name;
    for (const Piece& piece : pieces) {
        Duration& span = !piece.grain                   ? provenance.calls
                         : *piece.grain == Grain::kHour ? provenance.hours
                                                        : provenance.days;
        span += piece.to - piece.from;
    }
    return provenance;
}

}  // namespace sightglass::store
