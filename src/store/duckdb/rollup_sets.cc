#include "store/duckdb/rollup_sets.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>

#include "sketch/distinct_count.h"
#include "store/duckdb/expressions.h"
#include "store/duckdb/schema.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

/// Raised when a sum of the same Calls is no longer the same: rollups are made anew then.
constexpr int kMeaning = 1;

constexpr std::string_view kOrganization[] = {"organization", "project"};
constexpr std::string_view kModel[] =
    {"provider", "upstream", "operation", "model", "status", "error_type"};
constexpr std::string_view kService[] = {"team", "service", "environment"};
constexpr std::string_view kKey[] = {"api_key", "api_key_label"};
constexpr std::string_view kScenario[] = {"team", "scenario", "model"};
constexpr std::string_view kUser[] = {"user"};

constexpr RollupSet kSets[] = {
    {"organization", kOrganization, true, true, true, 1'000},
    {"model", kModel, true, true, true, 1'000},
    {"service", kService, true, true, true, 1'000},
    {"key", kKey, false, true, true, 2'000},
    {"scenario", kScenario, false, true, false, 2'000},
    {"user", kUser, false, false, false, 100'000},
};

constexpr Part Count(std::string_view name, Condition condition) {
    return {.kind = Part::Kind::kCount, .condition = condition, .name = name};
}

constexpr Part kCounts[] = {
    Count("calls", Condition::kAll),
    Count("errors", Condition::kErrors),
    Count("rate_limited", Condition::kRateLimited),
    Count("repaired", Condition::kRepaired),
    Count("unpriced", Condition::kUnpriced),
    Count("estimated", Condition::kEstimated),
    Count("interrupted", Condition::kInterrupted),
    Count("without_model", Condition::kWithoutModel),
    Count("without_status", Condition::kWithoutStatus),
    Count("without_duration", Condition::kWithoutDuration),
    Count("without_tokens", Condition::kWithoutTokens),
    Count("incomplete", Condition::kIncomplete),
    Count("joined", Condition::kJoined),
};

struct NamedQuantity {
    std::string_view name;
    Quantity quantity;
};

constexpr NamedQuantity kSums[] = {
    {"cost", Quantity::kCostNanoUsd},
    {"input", Quantity::kInputTokens},
    {"cached_input", Quantity::kCachedInputTokens},
    {"output", Quantity::kOutputTokens},
    {"reasoning", Quantity::kReasoningTokens},
    {"total", Quantity::kTotalTokens},
    {"latency", Quantity::kLatencyUs},
    {"ttft", Quantity::kTtftUs},
    {"tpot", Quantity::kTpotUs},
    {"gateway", Quantity::kGatewayUs},
    {"generation", Quantity::kGenerationUs},
    {"streamed_output", Quantity::kStreamedOutputTokens},
};

/// Of these, averages, greatest values and quantiles too.
constexpr Quantity kDurations[] = {
    Quantity::kLatencyUs,
    Quantity::kTtftUs,
    Quantity::kTpotUs,
    Quantity::kGatewayUs};

constexpr std::string_view kNames[] = {"user", "session_id", "api_key"};

const NamedQuantity* Find(Quantity quantity) {
    const auto* const found =
        std::find_if(std::begin(kSums), std::end(kSums), [&](const NamedQuantity& one) {
            return one.quantity == quantity;
        });
    return found == std::end(kSums) ? nullptr : found;
}

bool IsDuration(Quantity quantity) {
    return std::find(std::begin(kDurations), std::end(kDurations), quantity) !=
           std::end(kDurations);
}

std::optional<Part> PartOf(Part::Kind kind, Quantity quantity) {
    const NamedQuantity* const found = Find(quantity);
    if (found == nullptr || (kind != Part::Kind::kSum && !IsDuration(quantity))) {
        return std::nullopt;
    }
    return Part{.kind = kind, .quantity = quantity, .name = found->name};
}

std::string_view TypeOf(const Part& part) {
    switch (part.kind) {
        case Part::Kind::kSum:
            return "HUGEINT";
        case Part::Kind::kDurations:
        case Part::Kind::kNames:
            return "BLOB";
        default:
            return "BIGINT";
    }
}

std::span<const Grain> GrainsOf(const RollupSet& set) {
    return std::span(kGrains).subspan(set.by_hour ? 0 : 1);
}

std::vector<std::string> AllTables() {
    std::vector<std::string> tables;
    for (const RollupSet& set : RollupSets()) {
        for (const Grain grain : GrainsOf(set)) {
            tables.push_back(TableOf(set, grain));
        }
    }
    return tables;
}

std::string MakeTableSql(const RollupSet& set, Grain grain) {
    std::string sql = "CREATE TABLE " + TableOf(set, grain) +
                      " (started_at TIMESTAMP, summed_by UBIGINT, is_rest BOOLEAN";
    for (const std::string_view dimension : set.dimensions) {
        sql += ", " + Quoted(dimension) + " VARCHAR";
    }
    for (const Part& part : PartsOf(set)) {
        sql += ", " + part.Column() + " " + std::string(TypeOf(part));
    }
    return sql + ")";
}

std::string MakeTablesSql() {
    std::string sql =
        "CREATE TABLE rollup_state (sums UBIGINT, layout UBIGINT);"
        "CREATE TABLE rollup_unsummed (grain BIGINT, started_us BIGINT);"
        "CREATE TABLE rollup_rest (rollup BIGINT, started_us BIGINT, series BIGINT)";
    for (const RollupSet& set : RollupSets()) {
        for (const Grain grain : GrainsOf(set)) {
            sql += ";" + MakeTableSql(set, grain);
        }
    }
    return sql;
}

/// What tells one version's rollups from another's.
std::uint64_t Layout() {
    return sketch::DistinctHash(std::to_string(kMeaning) + ";" + MakeTablesSql());
}

std::string DaysOfCallsSql() {
    return "SELECT DISTINCT epoch_us(date_trunc('day', started_at)) AS started_us FROM calls "
           "WHERE started_at IS NOT NULL";
}

/// Tables whose names begin so: those of an earlier version too.
Status DropTables(duckdb_connection connection) {
    SG_ASSIGN_OR_RETURN(
        Rows rows,
        Run(connection,
            {"SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND "
             "starts_with(table_name, 'rollup_')",
             {}},
            NoDeadline())
    );
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            const std::string name(ReadText(chunk.get(), 0, row));
            SG_TRY(Execute(connection, "DROP TABLE " + Quoted(name)));
        }
    }
    return {};
}

Result<bool> AreCurrent(duckdb_connection connection) {
    SG_ASSIGN_OR_RETURN(
        Rows tables,
        Run(connection,
            {"SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND "
             "table_name = 'rollup_state'",
             {}},
            NoDeadline())
    );
    const ChunkHandle count = tables.Next();
    if (count.get() == nullptr || ReadInt(count.get(), 0, 0).value_or(0) == 0) {
        return false;
    }
    SG_ASSIGN_OR_RETURN(
        Rows rows,
        Run(connection, {"SELECT layout FROM rollup_state", {}}, NoDeadline())
    );
    const ChunkHandle chunk = rows.Next();
    return chunk.get() != nullptr &&
           ReadInt(chunk.get(), 0, 0) == static_cast<std::int64_t>(Layout());
}

/// Days and all of their hours.
std::string MarkDaysSql(const std::string& days) {
    return "INSERT INTO rollup_unsummed SELECT " + std::to_string(NumberOf(Grain::kDay)) +
           ", started_us FROM (" + days + ") UNION ALL SELECT " +
           std::to_string(NumberOf(Grain::kHour)) + ", started_us + 3600000000 * hour FROM (" +
           days + "), range(24) AS hours(hour)";
}

}  // namespace

std::string_view ToString(Grain grain) noexcept {
    return grain == Grain::kHour ? "hour" : "day";
}

int NumberOf(Grain grain) noexcept {
    return static_cast<int>(grain);
}

Duration WidthOf(Grain grain) noexcept {
    return grain == Grain::kHour ? Duration(std::chrono::hours(1))
                                 : Duration(std::chrono::hours(24));
}

Time BucketOf(Time time, Grain grain) noexcept {
    return grain == Grain::kHour ? Time(std::chrono::floor<std::chrono::hours>(time))
                                 : Time(std::chrono::floor<std::chrono::days>(time));
}

std::span<const RollupSet> RollupSets() noexcept {
    return kSets;
}

std::string Part::Column() const {
    static constexpr std::string_view kPrefixes[] = {"n_", "s_", "k_", "m_", "h_", "d_"};
    return std::string(kPrefixes[static_cast<std::size_t>(kind)]) + std::string(name);
}

std::vector<Part> PartsOf(const RollupSet& set) {
    std::vector<Part> parts(std::begin(kCounts), std::end(kCounts));
    const auto add = [&parts](Part::Kind kind, const NamedQuantity& of) {
        parts.push_back({.kind = kind, .quantity = of.quantity, .name = of.name});
    };
    for (const NamedQuantity& sum : kSums) {
        add(Part::Kind::kSum, sum);
        if (IsDuration(sum.quantity)) {
            add(Part::Kind::kKnown, sum);
            add(Part::Kind::kMax, sum);
            if (set.durations) {
                add(Part::Kind::kDurations, sum);
            }
        }
    }
    for (const std::string_view field : kNames) {
        if (set.names) {
            parts.push_back({.kind = Part::Kind::kNames, .field = field, .name = field});
        }
    }
    return parts;
}

std::optional<std::vector<Part>> PartsOf(const Metric& metric) {
    const auto of = [&](std::initializer_list<Part::Kind> kinds) {
        std::optional<std::vector<Part>> parts(std::in_place);
        for (const Part::Kind kind : kinds) {
            const std::optional<Part> part = PartOf(kind, metric.quantity);
            if (!part) {
                return std::optional<std::vector<Part>>();
            }
            parts->push_back(*part);
        }
        return parts;
    };
    switch (metric.aggregate) {
        case Aggregate::kCount:
            for (const Part& part : kCounts) {
                if (part.condition == metric.condition) {
                    return std::vector<Part>{part};
                }
            }
            return std::nullopt;
        case Aggregate::kSum:
            return of({Part::Kind::kSum});
        case Aggregate::kAverage:
            return of({Part::Kind::kSum, Part::Kind::kKnown});
        case Aggregate::kMax:
            return of({Part::Kind::kMax});
        case Aggregate::kQuantile:
            return of({Part::Kind::kDurations});
        case Aggregate::kKnown:
            return metric.at_least == std::numeric_limits<std::int64_t>::min()
                       ? of({Part::Kind::kKnown})
                       : std::nullopt;
        case Aggregate::kDistinct:
            for (const std::string_view field : kNames) {
                if (field == metric.field) {
                    return std::vector<Part>{
                        {.kind = Part::Kind::kNames, .field = field, .name = field}};
                }
            }
            return std::nullopt;
        case Aggregate::kPerMinute:
            return PartsOf(*FindMetric(metric.numerator));
        case Aggregate::kRatio: {
            auto parts = PartsOf(*FindMetric(metric.numerator));
            const auto below = PartsOf(*FindMetric(metric.denominator));
            if (!parts || !below) {
                return std::nullopt;
            }
            parts->insert(parts->end(), below->begin(), below->end());
            return parts;
        }
        default:
            return std::nullopt;
    }
}

std::string FromCallsSql(const Part& part) {
    switch (part.kind) {
        case Part::Kind::kCount:
            return part.condition == Condition::kAll
                       ? "count(*)"
                       : "count(*) FILTER (WHERE " + ConditionSql(part.condition) + ")";
        case Part::Kind::kSum:
            return "sum(" + QuantitySql(part.quantity) + ")";
        case Part::Kind::kKnown:
            return "count(" + QuantitySql(part.quantity) + ")";
        case Part::Kind::kMax:
            return "max(" + QuantitySql(part.quantity) + ")";
        case Part::Kind::kDurations:
            return "log_histogram(" + QuantitySql(part.quantity) + ")";
        case Part::Kind::kNames:
            return "distinct_sketch(" + Quoted(part.field) + ")";
    }
    return "NULL";
}

std::string MergedSql(const Part& part) {
    const std::string column = part.Column();
    switch (part.kind) {
        case Part::Kind::kCount:
        case Part::Kind::kKnown:
            return "CAST(coalesce(sum(" + column + "), 0) AS BIGINT)";
        case Part::Kind::kSum:
            return "sum(" + column + ")";
        case Part::Kind::kMax:
            return "max(" + column + ")";
        case Part::Kind::kDurations:
            return "merge_histograms(" + column + ")";
        case Part::Kind::kNames:
            return "merge_distinct(" + column + ")";
    }
    return "NULL";
}

std::string TableOf(const RollupSet& set, Grain grain) {
    return "rollup_" + std::string(set.name) + "_" + std::string(ToString(grain));
}

std::int64_t NumberOf(const RollupSet& set, Grain grain) noexcept {
    const auto place = &set - std::data(kSets);
    return std::int64_t{place} * static_cast<std::int64_t>(std::size(kGrains)) + NumberOf(grain);
}

Status MakeRollupTables(duckdb_connection connection) {
    SG_ASSIGN_OR_RETURN(const bool are_current, AreCurrent(connection));
    if (are_current) {
        return {};
    }
    SG_TRY(DropTables(connection));
    SG_TRY(Execute(connection, MakeTablesSql()));
    SG_ASSIGN_OR_RETURN(
        const Rows rows,
        Run(connection, {"INSERT INTO rollup_state VALUES (0, $1)", {Layout()}}, NoDeadline())
    );
    return Execute(connection, MarkDaysSql(DaysOfCallsSql()));
}

std::vector<std::string> ForgetDaysSql(const std::string& days) {
    std::vector<std::string> statements = {MarkDaysSql(days)};
    for (const std::string& table : AllTables()) {
        statements.push_back(
            "DELETE FROM " + table +
            " WHERE epoch_us(date_trunc('day', started_at)) IN (SELECT started_us FROM (" + days +
            "))"
        );
    }
    return statements;
}

}  // namespace sightglass::store
