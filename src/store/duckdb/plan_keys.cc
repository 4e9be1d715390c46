#include "store/duckdb/plan_keys.h"

#include <cstdio>

#include "store/reference.h"

namespace sightglass::store {

std::string LiteralSql(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    return std::string("CAST(") + text + " AS DOUBLE)";
}

std::string Joined(const std::vector<std::string>& names, std::string_view between) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : std::string(between)) + name;
    }
    return text;
}

std::vector<std::string> KeysOf(const Plan& plan) {
    std::vector<std::string> keys;
    if (plan.interval) {
        keys.emplace_back("t");
    }
    for (std::size_t i = 0; i < plan.group_by.size(); ++i) {
        keys.push_back("g" + std::to_string(i));
    }
    return keys;
}

std::string KeyOfRowSql(const Plan& plan, Values& values) {
    std::string columns;
    if (plan.interval) {
        columns += BucketSql(*plan.interval, values) + " AS t, ";
    }
    for (std::size_t i = 0; i < plan.group_by.size(); ++i) {
        columns += GroupSql(plan.group_by[i], values) + " AS g" + std::to_string(i) + ", ";
    }
    return columns;
}

std::string GroupByKeySql(const Plan& plan) {
    const std::vector<std::string> keys = KeysOf(plan);
    return keys.empty() ? "" : " GROUP BY " + Joined(keys, ", ");
}

std::string KeyColumnsSql(const Plan& plan, std::string_view table, Values& values) {
    std::string text;
    for (const std::string& key : KeysOf(plan)) {
        const std::string column = std::string(table) + key;
        text += (key == "t" ? BucketStartSql(column, *plan.interval, values) : column) + " AS k_" +
                key + ", ";
    }
    return text;
}

std::string OrderSql(const Plan& plan) {
    const std::vector<Column> columns = ColumnsOf(plan);
    std::vector<std::string> terms;
    for (const OrderBy& order : plan.order_by) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i].name == order.column) {
                terms.push_back(
                    std::to_string(i + 1) + (order.descending ? " DESC" : " ASC") + " NULLS LAST"
                );
                break;
            }
        }
    }
    for (std::size_t i = 0; i < KeysOf(plan).size(); ++i) {
        terms.push_back(std::to_string(i + 1) + " ASC NULLS LAST");
    }
    return terms.empty() ? "" : " ORDER BY " + Joined(terms, ", ");
}

std::string ScaledSql(const Metric& metric, const std::string& value) {
    if (metric.integer) {
        return value;
    }
    const std::string number = "CAST(" + value + " AS DOUBLE)";
    return metric.divisor == 1 ? number : number + " / " + LiteralSql(metric.divisor);
}

std::string MinutesSql(const Plan& plan, Values& values) {
    const std::string from = values.Bind(ToMicros(plan.from));
    const std::string to = values.Bind(ToMicros(plan.to));
    std::string us = to + "::BIGINT - " + from + "::BIGINT";
    if (plan.interval) {
        const std::string start = BucketStartSql("t", *plan.interval, values);
        us = "least(" + start + " + " + values.Bind(std::int64_t{plan.interval->count()}) + ", " +
             to + "::BIGINT) - greatest(" + start + ", " + from + "::BIGINT)";
    }
    return "nullif((" + us + ") / 60e6::DOUBLE, 0)";
}

}  // namespace sightglass::store
