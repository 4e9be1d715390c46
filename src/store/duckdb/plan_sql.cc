#include "store/duckdb/plan_sql.h"

#include <algorithm>

#include "store/duckdb/feedback_sql.h"
#include "store/duckdb/plan_keys.h"
#include "store/duckdb/schema.h"

namespace sightglass::store {
namespace {

/// Writes a Plan: an inner slice of calls with the columns that the metrics need, and one
/// aggregation of it. Session metrics aggregate twice, first by session, and are joined to the rest
/// by the group's key.
class SelectWriter {
public:
    SelectWriter(const Plan& plan, const Sources& sources) : plan_(plan), sources_(sources) {
        for (const Metric* metric : plan.metrics) {
            Collect(*metric);
        }
    }

    Sql Write() {
        std::string text = has_sessions_ ? WriteJoined() : WriteAggregation();
        text += OrderSql(plan_) + " LIMIT " + values_.Bind(static_cast<std::int64_t>(plan_.limit));
        return {std::move(text), values_.Take()};
    }

private:
    /// Finds out which quantities and which quantiles of them the slice has to give.
    void Collect(const Metric& metric) {
        has_sessions_ = has_sessions_ || metric.session != SessionMeasure::kNone;
        has_feedback_ = has_feedback_ || metric.feedback != FeedbackPart::kNone;
        if (metric.quantity != Quantity::kNone && !Has(quantities_, metric.quantity)) {
            quantities_.push_back(metric.quantity);
        }
        if (metric.condition != Condition::kAll && !Has(conditions_, metric.condition)) {
            conditions_.push_back(metric.condition);
        }
        if (metric.aggregate == Aggregate::kDistinct && !Has(fields_, metric.field)) {
            fields_.push_back(metric.field);
        }
        for (const std::string_view part : {metric.numerator, metric.denominator}) {
            if (const Metric* found = FindMetric(part)) {
                Collect(*found);
            }
        }
    }

    template <typename T>
    static bool Has(const std::vector<T>& all, const T& wanted) {
        return std::find(all.begin(), all.end(), wanted) != all.end();
    }

    static std::string Name(Quantity quantity) {
        return "q" + std::to_string(static_cast<int>(quantity));
    }

    static std::string Name(Condition condition) {
        return "c" + std::to_string(static_cast<int>(condition));
    }

    static std::string Name(std::string_view field) { return "f_" + std::string(field); }

    std::string Slice() {
        std::string columns = KeyOfRowSql(plan_, values_);
        for (const Quantity quantity : quantities_) {
            columns += QuantitySql(quantity) + " AS " + Name(quantity) + ", ";
        }
        for (const Condition condition : conditions_) {
            columns += ConditionSql(condition) + " AS " + Name(condition) + ", ";
        }
        for (const std::string_view field : fields_) {
            columns += Quoted(field) + " AS " + Name(field) + ", ";
        }
        if (has_sessions_) {
            columns +=
                "session_id AS session, turn AS turn_number, epoch_us(started_at) AS start_us, "
                "coalesce(epoch_us(ended_at), epoch_us(started_at)) AS end_us, ";
        }
        std::string from = sources_.calls + " AS c";
        if (has_feedback_) {
            for (const FeedbackPart part :
                 {FeedbackPart::kAll, FeedbackPart::kPositive, FeedbackPart::kRated}) {
                columns += FeedbackCount(part) + ", ";
            }
            from += " LEFT JOIN " + FeedbackCountsSql(plan_.from, sources_, values_) +
                    " AS fb ON c.call_id = fb.fb_call";
        }
        return "(SELECT " + columns + "1 AS one FROM " + from + " WHERE " +
               WhereSql(plan_.from, plan_.to, plan_.filters, values_) + ")";
    }

    std::string WriteAggregation() {
        std::string columns = KeyColumnsSql(plan_, "", values_);
        for (std::size_t i = 0; i < plan_.metrics.size(); ++i) {
            columns +=
                (i == 0 ? "" : ", ") + MetricSql(*plan_.metrics[i]) + " AS m" + std::to_string(i);
        }
        return "SELECT " + columns + " FROM " + Slice() + GroupByKeySql(plan_);
    }

    static bool IsOfSessions(const Metric& metric) {
        return metric.session != SessionMeasure::kNone;
    }

    /// The group's keys and every metric of the plan that is (or is not) of sessions.
    std::string Part(bool of_sessions, const std::string& from) {
        std::string columns = "count(*) AS n";
        for (const std::string& key : KeysOf(plan_)) {
            columns += ", " + key;
        }
        for (std::size_t i = 0; i < plan_.metrics.size(); ++i) {
            if (IsOfSessions(*plan_.metrics[i]) == of_sessions) {
                columns += ", " + MetricSql(*plan_.metrics[i]) + " AS m" + std::to_string(i);
            }
        }
        return "(SELECT " + columns + " FROM " + from + GroupByKeySql(plan_) + ")";
    }

    std::string Sessions() {
        std::vector<std::string> keys = KeysOf(plan_);
        keys.emplace_back("session");
        const std::string list = Joined(keys, ", ");
        return "(SELECT " + list +
               ", count(DISTINCT turn_number) + count(*) FILTER (WHERE turn_number IS NULL) AS "
               "turns, "
               "(max(end_us) - min(start_us)) * 1e-6::DOUBLE AS length_s "
               "FROM " +
               Slice() + " WHERE session IS NOT NULL GROUP BY " + list + ")";
    }

    std::string WriteJoined() {
        std::string columns = KeyColumnsSql(plan_, "a.", values_);
        for (std::size_t i = 0; i < plan_.metrics.size(); ++i) {
            columns += std::string(i == 0 ? "" : ", ") +
                       (IsOfSessions(*plan_.metrics[i]) ? "s.m" : "a.m") + std::to_string(i) +
                       " AS m" + std::to_string(i);
        }
        std::string on;
        for (const std::string& key : KeysOf(plan_)) {
            on += (on.empty() ? "a." : " AND a.") + key + " IS NOT DISTINCT FROM s." + key;
        }
        const std::string all = Part(false, Slice());
        const std::string sessions = Part(true, Sessions());
        return "SELECT " + columns + " FROM " + all + " a LEFT JOIN " + sessions + " s ON " +
               (on.empty() ? "true" : on);
    }

    std::string MetricSql(const Metric& metric) { return ScaledSql(metric, Undivided(metric)); }

    std::string Undivided(const Metric& metric) {
        switch (metric.aggregate) {
            case Aggregate::kCount:
                return metric.condition == Condition::kAll
                           ? "count(*)"
                           : "count(*) FILTER (WHERE " + Name(metric.condition) + ")";
            case Aggregate::kSum:
                return "sum(" + Name(metric.quantity) + ")";
            case Aggregate::kAverage:
                return "avg(" + Name(metric.quantity) + ")";
            case Aggregate::kMax:
                return "max(" + Name(metric.quantity) + ")";
            case Aggregate::kQuantile:
                return QuantileSql(
                    Name(metric.quantity),
                    metric,
                    metric.quantity,
                    SessionMeasure::kNone
                );
            case Aggregate::kDistinct:
                return "count(DISTINCT " + Name(metric.field) + ")";
            case Aggregate::kRatio:
                return "(" + MetricSql(*FindMetric(metric.numerator)) + ") / nullif(CAST(" +
                       MetricSql(*FindMetric(metric.denominator)) + " AS DOUBLE), 0)";
            case Aggregate::kPerMinute:
                return MetricSql(*FindMetric(metric.numerator)) + " / " +
                       MinutesSql(plan_, values_);
            case Aggregate::kSessionAverage:
                return "avg(" + Name(metric.session) + ")";
            case Aggregate::kSessionQuantile:
                return QuantileSql(Name(metric.session), metric, Quantity::kNone, metric.session);
            case Aggregate::kFeedback:
                return "coalesce(sum(" + FeedbackCount(metric.feedback) + "), 0)";
            case Aggregate::kKnown:
                return "count(*) FILTER (WHERE " + Name(metric.quantity) +
                       " >= " + values_.Bind(metric.at_least) + ")";
        }
        return "NULL";
    }

    static std::string Name(SessionMeasure measure) {
        return measure == SessionMeasure::kTurns ? "turns" : "length_s";
    }

    /// All quantiles that are asked of one quantity come from one list, so that its values are
    /// ordered once.
    std::string QuantileSql(
        const std::string& of,
        const Metric& metric,
        Quantity quantity,
        SessionMeasure session
    ) const {
        std::vector<double> quantiles;
        for (const Metric* other : plan_.metrics) {
            if (other->aggregate == metric.aggregate && other->quantity == quantity &&
                other->session == session && !Has(quantiles, other->quantile)) {
                quantiles.push_back(other->quantile);
            }
        }
        if (!Has(quantiles, metric.quantile)) {
            quantiles.push_back(metric.quantile);
        }
        std::string list;
        for (const double quantile : quantiles) {
            list += (list.empty() ? "" : ", ") + LiteralSql(quantile);
        }
        const auto place =
            std::find(quantiles.begin(), quantiles.end(), metric.quantile) - quantiles.begin() + 1;
        return "quantile_cont(" + of + ", [" + list + "])[" + std::to_string(place) + "]";
    }

    const Plan& plan_;
    const Sources& sources_;
    Values values_;
    std::vector<Quantity> quantities_;
    std::vector<Condition> conditions_;
    std::vector<std::string_view> fields_;
    bool has_sessions_ = false;
    bool has_feedback_ = false;
};

constexpr std::string_view kNewestFirst = " ORDER BY started_at DESC, call_id DESC";

/// A condition on calls: those that a list holds, whatever text is asked for.
std::string SliceSql(const CallQuery& query, const Sources& sources, Values& values) {
    std::string where = WhereSql(query.from, query.to, query.filters, values) + sources.and_where;
    if (query.before) {
        const std::string time = values.Bind(query.before->started_at);
        where += " AND (started_at < " + time + " OR (started_at = " + time + " AND call_id < " +
                 values.Bind(query.before->call_id) + "))";
    }
    return where;
}

}  // namespace

std::string ColumnList(const std::vector<const Field*>& columns) {
    std::string list;
    for (const Field* field : columns) {
        if (field != nullptr) {
            list += (list.empty() ? "" : ", ") + Quoted(field->name);
        }
    }
    return list;
}

Sql SelectSql(const Plan& plan, const Sources& sources) {
    return SelectWriter(plan, sources).Write();
}

Sql DistributionSql(const DistributionPlan& plan, const Sources& sources) {
    Values values;
    const std::string bucket = BucketSql(plan.interval, values);
    const std::string value = QuantitySql(plan.quantity);
    const std::string per_decade = values.Bind(static_cast<double>(plan.buckets_per_decade));
    const std::string where = WhereSql(plan.from, plan.to, plan.filters, values);
    // The same arithmetic as LogBucket.
    std::string text = "SELECT " + BucketStartSql("t", plan.interval, values) +
                       " AS start, CASE WHEN v < 1 THEN -1 ELSE CAST(floor(log10(v) * " +
                       per_decade + " + 1e-9) AS BIGINT) END AS b, count(*) FROM (SELECT " +
                       bucket + " AS t, " + value + " AS v FROM " + sources.calls + " AS c WHERE " +
                       where + ") WHERE v IS NOT NULL GROUP BY t, b ORDER BY t, b";
    return {std::move(text), values.Take()};
}

Sql TextRangeSql(const CallQuery& query, const Sources& sources) {
    Values values;
    const std::string ids = ContentIdsSql(SliceSql(query, sources, values), sources);
    std::string text =
        "SELECT min(list_min(l)), max(list_max(l)) FROM (SELECT "
        "list_concat(c.input, c.output) AS l FROM " +
        sources.contents + " c SEMI JOIN (" + ids + ") s ON c.call_id = s.content_id)";
    return {std::move(text), values.Take()};
}

Sql ListSql(
    const CallQuery& query,
    const std::vector<const Field*>& columns,
    const Sources& sources
) {
    Values values;
    std::string where = SliceSql(query, sources, values);
    if (!query.text.empty()) {
        where += " AND " + TextSql(query.text, where, sources, values);
    }
    const std::string order(kNewestFirst);
    const std::string limit = " LIMIT " + values.Bind(static_cast<std::int64_t>(query.limit));
    std::string text = "SELECT " + (columns.empty() ? "call_id" : ColumnList(columns)) + " FROM " +
                       sources.calls + " AS c WHERE ";
    if (sources.calls == Sources().calls) {
        // All columns of the rows that are wanted, and only of those.
        text += "rowid IN (SELECT rowid FROM calls WHERE " + where + order + limit + ")" + order;
    } else {
        text += where + order + limit;
    }
    return {std::move(text), values.Take()};
}

Sql AllSql(const std::string& calls, const std::vector<const Field*>& columns) {
    return {
        "SELECT " + ColumnList(columns) + " FROM " + calls + " AS c" + std::string(kNewestFirst),
        {}};
}

/// The ids of calls with these figures. A time that is not known is one that no call has.
std::string FiguresSql(
    const RelatedQuery& query,
    const std::string& range,
    const Sources& sources,
    Values& values
) {
    std::vector<std::int64_t> tokens;
    std::vector<std::int64_t> starts_us;
    std::vector<std::int64_t> ends_us;
    for (const RelatedQuery::Figures& figures : query.figures) {
        tokens.push_back(figures.output_tokens);
        starts_us.push_back(ToMicros(figures.started_at));
        ends_us.push_back(figures.ended_at ? ToMicros(*figures.ended_at) : 0);
    }
    const std::string apart = std::to_string(RelatedQuery::Figures::kApart.count());
    return "(SELECT call_id FROM " + sources.calls + " AS c JOIN (SELECT unnest(" +
           values.Bind(std::move(tokens)) + ") AS tokens, unnest(" +
           values.Bind(std::move(starts_us)) + ") AS start_us, unnest(" +
           values.Bind(std::move(ends_us)) +
           ") AS end_us) AS f ON c.output_tokens = f.tokens WHERE " + range +
           " AND (abs(epoch_us(started_at) - start_us) <= " + apart +
           " OR abs(epoch_us(ended_at) - end_us) <= " + apart + ") LIMIT " +
           values.Bind(static_cast<std::int64_t>(query.figures_limit)) + ")";
}

Sql RelatedSql(const RelatedQuery& query, const Sources& sources) {
    Values values;
    const std::string range = WhereSql(query.from, query.to + Duration(1), {}, values);
    std::string where = range + " AND (false";
    const auto or_one_of = [&](std::string_view column, const auto& items) {
        if (!items.empty()) {
            where +=
                " OR " + std::string(column) + " IN (SELECT unnest(" + values.Bind(items) + "))";
        }
    };
    or_one_of("call_id", query.call_ids);
    or_one_of("provider_response_id", query.provider_response_ids);
    or_one_of("provider_request_id", query.provider_request_ids);
    or_one_of("span_id", query.span_ids);
    std::string text = "SELECT call_id FROM " + sources.calls + " AS c WHERE " + where + ")";
    if (!query.figures.empty()) {
        text += " UNION " + FiguresSql(query, range, sources, values);
    }
    return {std::move(text), values.Take()};
}

Sql FindAllSql(
    std::vector<Uuid> call_ids,
    const RelatedQuery& query,
    const std::vector<const Field*>& columns,
    const Sources& sources
) {
    Values values;
    std::string where = WhereSql(query.from, query.to + Duration(1), {}, values);
    where += " AND call_id IN (SELECT unnest(" + values.Bind(std::move(call_ids)) + "))";
    return {
        "SELECT " + ColumnList(columns) + " FROM " + sources.calls + " AS c WHERE " + where,
        values.Take()};
}

Sql FindSql(const Uuid& call_id, const std::vector<const Field*>& columns, const Sources& sources) {
    return {
        "SELECT " + ColumnList(columns) + " FROM " + sources.calls + " AS c WHERE call_id = $1",
        {call_id}};
}

}  // namespace sightglass::store
