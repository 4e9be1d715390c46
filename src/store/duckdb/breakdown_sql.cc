#include "store/duckdb/breakdown_sql.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "store/duckdb/feedback_sql.h"
#include "store/duckdb/read_rows.h"

namespace sightglass::store {
namespace {

constexpr std::string_view kHourOfDaySql =
    "(epoch_us(started_at) % 86400000000 + 86400000000) % 86400000000 // 3600000000";

bool IsSame(const GroupBy& a, const GroupBy& b) {
    return a.band == b.band && a.of.dimension.field == b.of.dimension.field &&
           a.of.tag == b.of.tag && a.of.quantity == b.of.quantity;
}

/// The keys of all groupings, each once.
std::vector<const GroupBy*> KeysOf(const BreakdownPlan& plan) {
    std::vector<const GroupBy*> keys;
    for (const std::vector<GroupBy>& grouping : plan.groupings) {
        for (const GroupBy& by : grouping) {
            if (std::none_of(keys.begin(), keys.end(), [&by](const GroupBy* known) {
                    return IsSame(*known, by);
                })) {
                keys.push_back(&by);
            }
        }
    }
    return keys;
}

std::size_t PlaceOf(const GroupBy& by, const std::vector<const GroupBy*>& keys) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&by](const GroupBy* known) {
        return IsSame(*known, by);
    });
    return static_cast<std::size_t>(found - keys.begin());
}

/// What GROUPING() says of a grouping's rows: a bit for each key that is not in it, the first key's
/// the highest.
std::int64_t MaskOf(const std::vector<GroupBy>& grouping, const std::vector<const GroupBy*>& keys) {
    std::int64_t mask = (std::int64_t{1} << keys.size()) - 1;
    for (const GroupBy& by : grouping) {
        mask &= ~(std::int64_t{1} << (keys.size() - 1 - PlaceOf(by, keys)));
    }
    return mask;
}

std::string BandSql(const std::string& value) {
    const auto edges = BandEdges();
    std::string text = "CASE WHEN " + value + " IS NULL THEN NULL";
    for (std::size_t i = 1; i < edges.size(); ++i) {
        text += " WHEN " + value + " < " + std::to_string(edges[i]) + " THEN " +
                std::to_string(edges[i - 1]);
    }
    return text + " ELSE " + std::to_string(edges.back()) + " END";
}

bool CountsFeedback(const BreakdownPlan& plan) {
    return std::any_of(plan.measures.begin(), plan.measures.end(), [](const Metric* metric) {
        return metric->aggregate == Aggregate::kFeedback;
    });
}

/// Collects the statement's parts, and the values they bind.
class BreakdownWriter {
public:
    BreakdownWriter(const BreakdownPlan& plan, const Sources& sources)
        : plan_(plan),
          sources_(sources),
          keys_(KeysOf(plan)),
          has_feedback_(CountsFeedback(plan)) {}

    Sql Write() {
        std::string text =
            "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY gid ORDER BY " + Order() +
            ") AS place, count(*) OVER (PARTITION BY gid) AS in_all FROM " + Groups() +
            ") WHERE place <= " + values_.Bind(static_cast<std::int64_t>(plan_.groups_max)) +
            " ORDER BY gid, place";
        return {std::move(text), values_.Take()};
    }

private:
    static std::string Key(std::size_t i) { return "k" + std::to_string(i); }

    std::string KeySql(const GroupBy& by) {
        switch (by.band) {
            case Band::kNone:
                break;
            case Band::kQuantity:
                return BandSql(QuantitySql(by.of.quantity));
            case Band::kHourOfDay:
                return std::string(kHourOfDaySql);
        }
        return GroupSql(by.of, values_);
    }

    /// What a measure looks at of one Call.
    static std::string InputSql(const Metric& metric) {
        switch (metric.aggregate) {
            case Aggregate::kCount:
                return ConditionSql(metric.condition);
            case Aggregate::kFeedback:
                return FeedbackCount(metric.feedback);
            default:
                return QuantitySql(metric.quantity);
        }
    }

    std::string SideSql(std::size_t number) {
        const Side& side = plan_.sides[number];
        std::string columns = std::to_string(number) + " AS side";
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            columns += ", " + KeySql(*keys_[i]) + " AS " + Key(i);
        }
        for (std::size_t i = 0; i < plan_.measures.size(); ++i) {
            columns += ", " + InputSql(*plan_.measures[i]) + " AS x" + std::to_string(i);
        }
        std::string from = sources_.calls + " AS c";
        if (has_feedback_) {
            from += " LEFT JOIN " + FeedbackCountsSql(side.from, sources_, values_) +
                    " AS fb ON c.call_id = fb.fb_call";
        }
        return "SELECT " + columns + " FROM " + from + " WHERE " +
               WhereSql(side.from, side.to, side.filters, values_);
    }

    std::string MeasureSql(std::size_t side, std::size_t number) {
        const Metric& metric = *plan_.measures[number];
        const std::string input = "x" + std::to_string(number);
        const std::string of_side = " FILTER (WHERE side = " + std::to_string(side);
        switch (metric.aggregate) {
            case Aggregate::kCount:
                return "count(*)" + of_side + " AND " + input + ")";
            case Aggregate::kKnown:
                return "count(*)" + of_side + " AND " + input +
                       " >= " + values_.Bind(metric.at_least) + ")";
            case Aggregate::kFeedback:
                return "coalesce(sum(" + input + ")" + of_side + "), 0)";
            default:
                return "sum(" + input + ")" + of_side + ")";
        }
    }

    std::string Groups() {
        std::string slices;
        std::string columns;
        for (std::size_t side = 0; side < plan_.sides.size(); ++side) {
            slices += (slices.empty() ? "" : " UNION ALL ") + SideSql(side);
        }
        std::string list;
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            list += (list.empty() ? "" : ", ") + Key(i);
        }
        columns = keys_.empty() ? "0 AS gid" : "GROUPING(" + list + ") AS gid, " + list;
        std::size_t place = 0;
        for (std::size_t side = 0; side < plan_.sides.size(); ++side) {
            for (std::size_t i = 0; i < plan_.measures.size(); ++i) {
                columns += ", " + MeasureSql(side, i) + " AS v" + std::to_string(place++);
            }
        }
        std::string sets;
        for (const std::vector<GroupBy>& grouping : plan_.groupings) {
            std::string set;
            for (const GroupBy& by : grouping) {
                set += (set.empty() ? "" : ", ") + Key(PlaceOf(by, keys_));
            }
            sets += (sets.empty() ? "(" : ", (") + set + ")";
        }
        return "(SELECT " + columns + " FROM (" + slices + ") GROUP BY GROUPING SETS (" + sets +
               "))";
    }

    std::string Order() {
        std::string weight = "0::DOUBLE";
        for (std::size_t i = 0; i < plan_.weights.size(); ++i) {
            weight += " + " + values_.Bind(plan_.weights[i]) + "::DOUBLE * coalesce(v" +
                      std::to_string(i) + ", 0)::DOUBLE";
        }
        std::string order = "abs(" + weight + ") DESC";
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            order += ", " + Key(i) + " ASC NULLS LAST";
        }
        return order;
    }

    const BreakdownPlan& plan_;
    const Sources& sources_;
    const std::vector<const GroupBy*> keys_;
    const bool has_feedback_;
    Values values_;
};

}  // namespace

Sql BreakdownSql(const BreakdownPlan& plan, const Sources& sources) {
    return BreakdownWriter(plan, sources).Write();
}

std::vector<Breakdown> ReadBreakdowns(Rows& rows, const BreakdownPlan& plan) {
    const std::vector<const GroupBy*> keys = KeysOf(plan);
    std::map<std::int64_t, std::size_t> numbers;
    for (std::size_t i = 0; i < plan.groupings.size(); ++i) {
        numbers.emplace(keys.empty() ? 0 : MaskOf(plan.groupings[i], keys), i);
    }
    const std::size_t first_value = 1 + keys.size();
    const std::size_t columns = first_value + plan.weights.size() + 2;
    std::vector<Breakdown> breakdowns(plan.groupings.size());
    for (const std::vector<Cell>& row : ReadTable(rows, columns, 0)) {
        const std::size_t number = numbers.at(std::get<std::int64_t>(row.front()));
        BreakdownGroup group;
        for (const GroupBy& by : plan.groupings[number]) {
            group.key.push_back(row[1 + PlaceOf(by, keys)]);
        }
        for (std::size_t i = 0; i < plan.weights.size(); ++i) {
            const auto* const value = std::get_if<std::int64_t>(&row[first_value + i]);
            group.values.push_back(value != nullptr ? OptionalInt(*value) : std::nullopt);
        }
        breakdowns[number].groups_in_all = std::get<std::int64_t>(row.back());
        breakdowns[number].groups.push_back(std::move(group));
    }
    return breakdowns;
}

}  // namespace sightglass::store
