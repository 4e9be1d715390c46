#include "store/duckdb/rollup_sql.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "store/duckdb/plan_keys.h"

namespace sightglass::store {
namespace {

class RollupWriter {
public:
    RollupWriter(const Plan& plan, const RollupSet& set, std::uint64_t sums, const Sources& sources)
        : plan_(plan), set_(set), sums_(sums), sources_(sources) {
        for (const Metric* metric : plan.metrics) {
            for (const Part& part : PartsOf(*metric).value_or(std::vector<Part>())) {
                const auto is_same = [&part](const Part& known) {
                    return known.Column() == part.Column();
                };
                if (std::none_of(parts_.begin(), parts_.end(), is_same)) {
                    parts_.push_back(part);
                }
            }
        }
    }

    Sql Write(std::span<const Piece> pieces) {
        std::string columns = KeyColumnsSql(plan_, "", values_);
        for (std::size_t i = 0; i < plan_.metrics.size(); ++i) {
            columns +=
                (i == 0 ? "" : ", ") + MetricSql(*plan_.metrics[i]) + " AS m" + std::to_string(i);
        }
        std::string text = "SELECT " + columns + " FROM " + Merged(pieces) + OrderSql(plan_) +
                           " LIMIT " + values_.Bind(static_cast<std::int64_t>(plan_.limit));
        return {std::move(text), values_.Take()};
    }

private:
    /// One row a key, with every part.
    std::string Merged(std::span<const Piece> pieces) {
        std::string columns = Joined(KeysOf(plan_), ", ");
        for (const Part& part : parts_) {
            columns += (columns.empty() ? "" : ", ") + MergedSql(part) + " AS " + part.Column();
        }
        std::string all;
        for (const Piece& piece : pieces) {
            all += (all.empty() ? "" : " UNION ALL ") +
                   (piece.grain ? FromRollup(piece) : FromCalls(piece));
        }
        return "(SELECT " + columns + " FROM (" + all + ")" + GroupByKeySql(plan_) + ")";
    }

    std::string FromRollup(const Piece& piece) {
        std::string columns = KeyOfRowSql(plan_, values_);
        for (const Part& part : parts_) {
            columns += part.Column() + ", ";
        }
        return "SELECT " + columns + "1 AS one FROM " + TableOf(set_, *piece.grain) + " WHERE " +
               WhereSql(piece.from, piece.to, plan_.filters, values_) +
               " AND summed_by <= " + values_.Bind(sums_);
    }

    std::string FromCalls(const Piece& piece) {
        std::string columns = KeyOfRowSql(plan_, values_);
        for (const Part& part : parts_) {
            columns += FromCallsSql(part) + " AS " + part.Column() + ", ";
        }
        return "SELECT " + columns + "1 AS one FROM " + sources_.calls + " AS c WHERE " +
               WhereSql(piece.from, piece.to, plan_.filters, values_) + GroupByKeySql(plan_);
    }

    std::string MetricSql(const Metric& metric) { return ScaledSql(metric, Undivided(metric)); }

    /// As plan_sql.cc has it of calls.
    std::string Undivided(const Metric& metric) {
        switch (metric.aggregate) {
            case Aggregate::kRatio:
                return "(" + MetricSql(*FindMetric(metric.numerator)) + ") / nullif(CAST(" +
                       MetricSql(*FindMetric(metric.denominator)) + " AS DOUBLE), 0)";
            case Aggregate::kPerMinute:
                return MetricSql(*FindMetric(metric.numerator)) + " / " +
                       MinutesSql(plan_, values_);
            default:
                break;
        }
        const std::vector<Part> parts = PartsOf(metric).value_or(std::vector<Part>());
        const std::string column = parts.empty() ? "NULL" : parts.front().Column();
        switch (metric.aggregate) {
            case Aggregate::kAverage:
                return "CAST(" + column + " AS DOUBLE) / nullif(" + parts.back().Column() + ", 0)";
            case Aggregate::kQuantile:
                return "histogram_quantile(" + column + ", " + LiteralSql(metric.quantile) + ")";
            case Aggregate::kDistinct:
                return "coalesce(distinct_count(" + column + "), 0)";
            default:
                return column;
        }
    }

    const Plan& plan_;
    const RollupSet& set_;
    const std::uint64_t sums_;
    const Sources& sources_;
    std::vector<Part> parts_;
    Values values_;
};

}  // namespace

Result<RollupAnswer>
FromRollups(const Plan& plan, const RollupSet& set, const RollupReader& reader) {
    SG_ASSIGN_OR_RETURN(
        RollupState state,
        ReadRollupState(reader.connection, plan, set, reader.deadline)
    );
    state.staged_hours.insert(reader.staged_hours.begin(), reader.staged_hours.end());
    RollupAnswer answer{{}, {}, -1};
    const std::vector<Piece> pieces = CutTime(plan, set, state);
    if (!pieces.empty()) {
        answer.source = ProvenanceOf(set, pieces);
        answer.calls = state.summed_calls;
        answer.sql = RollupWriter(plan, set, state.sums, reader.sources).Write(pieces);
    }
    return answer;
}

}  // namespace sightglass::store
