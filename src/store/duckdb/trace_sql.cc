#include "store/duckdb/trace_sql.h"

#include <utility>

#include "store/duckdb/plan_sql.h"
#include "store/duckdb/span_rows.h"

namespace sightglass::store {
namespace {

constexpr const char* kRootModel = "coalesce(model, model_requested)";

/// Trace ids and starts of every part that began in [from, to).
std::string PartsSql(Time from, Time to, const Sources& sources, Values& values) {
    const std::string first = values.Bind(from);
    const std::string last = values.Bind(to);
    const auto of = [&](const std::string& table) {
        return "SELECT trace_id, epoch_us(started_at) AS us FROM " + table +
               " AS p WHERE started_at >= " + first + " AND started_at < " + last +
               " AND trace_id IS NOT NULL";
    };
    return "(" + of(sources.calls) + " UNION ALL " + of(sources.spans) + ")";
}

/// The lower, the more a part looks like its trace's root.
constexpr const char* kRootKey =
    "(CASE WHEN parent_span_id IS NULL THEN 0 ELSE 2305843009213693952 END + "
    "least(greatest(epoch_us(started_at), -576460752303423488), 576460752303423488))";

std::string NamesSql(const std::string& column) {
    return "array_to_string(list_sort(list(DISTINCT " + column + ") FILTER (WHERE " + column +
           " IS NOT NULL))[1:" + std::to_string(kTraceNamesMax) + "], chr(" +
           std::to_string(static_cast<int>(kTraceNameEnd)) + "))";
}

/// The part's value of the trace's root.
std::string OfRootSql(const std::string& value) {
    return "arg_min(coalesce(" + value + ", ''), " + kRootKey + ")";
}

/// What the sums of both kinds of part begin with.
std::string SumsSql(const std::string& name, const std::string& failed) {
    return "SELECT trace_id, count(*), count(*) FILTER (WHERE " + failed +
           "), epoch_us(min(started_at)), epoch_us(max(coalesce(ended_at, started_at))), "
           "min(" +
           kRootKey + "), " + OfRootSql(name) + ", " + NamesSql("service");
}

std::string OfSetSql(const std::string& table, const TraceSet& traces, Values& values) {
    const std::string from = values.Bind(traces.from);
    const std::string to = values.Bind(traces.to);
    return " FROM " + table + " AS p WHERE started_at >= " + from + " AND started_at < " + to +
           " AND trace_id IN (SELECT unnest(" + values.Bind(traces.trace_ids) +
           ")) GROUP BY trace_id";
}

std::string OfTraceSql(const TraceKey& key, const std::string& id, Values& values) {
    const std::string from = values.Bind(key.from);
    const std::string to = values.Bind(key.to);
    const std::string trace_id = values.Bind(key.trace_id);
    return " WHERE started_at >= " + from + " AND started_at < " + to +
           " AND trace_id = " + trace_id + " ORDER BY started_at, " + id + " LIMIT " +
           values.Bind(static_cast<std::int64_t>(key.parts_max + 1));
}

}  // namespace

Sql TraceHeadsSql(const TraceQuery& query, const Sources& sources) {
    Values values;
    std::string text = "SELECT trace_id, min(us) AS start FROM " +
                       PartsSql(query.from - kTraceSpan, query.to, sources, values);
    if (!query.filters.empty()) {
        text += " WHERE trace_id IN (SELECT trace_id FROM " + sources.calls + " AS c WHERE " +
                WhereSql(query.from, query.to + kTraceSpan, query.filters, values) +
                " AND trace_id IS NOT NULL)";
    }
    text +=
        " GROUP BY trace_id HAVING min(us) >= " + values.Bind(ToMicros(query.from)) + "::BIGINT";
    if (query.before) {
        const std::string start = values.Bind(ToMicros(query.before->started_at)) + "::BIGINT";
        text += " AND (min(us) < " + start + " OR (min(us) = " + start + " AND trace_id < " +
                values.Bind(query.before->trace_id) + "))";
    }
    text += " ORDER BY start DESC, trace_id DESC LIMIT " +
            values.Bind(static_cast<std::int64_t>(query.limit));
    return {std::move(text), values.Take()};
}

Sql TraceCallSumsSql(const TraceSet& traces, const Sources& sources) {
    Values values;
    const std::string name = "concat_ws(' ', operation, " + std::string(kRootModel) + ")";
    std::string text = SumsSql(name, ConditionSql(Condition::kErrors)) + ", " +
                       NamesSql(kRootModel) + ", sum(" + QuantitySql(Quantity::kInputTokens) +
                       "), sum(output_tokens), sum(cost_nano_usd)" +
                       OfSetSql(sources.calls, traces, values);
    return {std::move(text), values.Take()};
}

Sql TraceSpanSumsSql(const TraceSet& traces, const Sources& sources) {
    Values values;
    std::string text = SumsSql("name", "status = 'error'") + ", " + OfRootSql("kind") +
                       OfSetSql(sources.spans, traces, values);
    return {std::move(text), values.Take()};
}

Sql TraceCallsSql(
    const TraceKey& key,
    const std::vector<const Field*>& columns,
    const Sources& sources
) {
    Values values;
    std::string text = "SELECT " + ColumnList(columns) + " FROM " + sources.calls + " AS p" +
                       OfTraceSql(key, "call_id", values);
    return {std::move(text), values.Take()};
}

Sql TraceSpansSql(const TraceKey& key, const Sources& sources) {
    Values values;
    std::string text = "SELECT " + SpanColumnList() + " FROM " + sources.spans + " AS p" +
                       OfTraceSql(key, "id", values);
    return {std::move(text), values.Take()};
}

}  // namespace sightglass::store
