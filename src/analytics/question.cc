#include "analytics/question.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "analytics/names.h"
#include "store/reference.h"

namespace sightglass::analytics {
namespace {

constexpr std::size_t kMetricsMax = 100;
constexpr std::size_t kGroupByMax = 8;
constexpr std::size_t kTagNameBytesMax = 200;
constexpr double kMillisecondsPerMicrosecond = 0.001;

constexpr std::array<std::string_view, 2> kDistributionMetrics = {"latency_ms", "ttft_ms"};

using Allowed = std::vector<std::string_view>;

std::vector<std::string_view> MetricNames() {
    std::vector<std::string_view> names;
    for (const Metric& metric : Metrics()) {
        names.push_back(metric.name);
    }
    return names;
}

Result<std::vector<const Metric*>>
ParseMetrics(const std::vector<std::string>& lists, Allowed* allowed) {
    const std::vector<std::string_view> names = MetricNames();
    std::vector<const Metric*> metrics;
    for (const std::string& name : SplitLists(lists)) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            return UnknownName("metrics", "a metric", name, names, allowed);
        }
        const Metric* metric = FindMetric(name);
        if (std::find(metrics.begin(), metrics.end(), metric) == metrics.end()) {
            metrics.push_back(metric);
        }
    }
    if (metrics.empty()) {
        if (allowed != nullptr) {
            *allowed = names;
        }
        return Refuse("metrics", "at least one is needed, such as calls or cost_usd");
    }
    if (metrics.size() > kMetricsMax) {
        return Refuse("metrics", "at most " + std::to_string(kMetricsMax) + " are allowed");
    }
    return metrics;
}

Result<std::vector<store::Filter>>
ParseGroupBy(const std::vector<std::string>& lists, Allowed* allowed) {
    std::vector<store::Filter> dimensions;
    for (const std::string& name : SplitLists(lists)) {
        const std::optional<Dimension> found = FindDimension(name);
        if (!found || found->tag.size() > kTagNameBytesMax) {
            return UnknownName("group_by", "a dimension", name, DimensionNames(), allowed);
        }
        store::Filter dimension;
        dimension.dimension.field = found->field;
        dimension.tag = std::string(found->tag);
        const bool is_repeated =
            std::any_of(dimensions.begin(), dimensions.end(), [&](const store::Filter& other) {
                return other.dimension.field == dimension.dimension.field &&
                       other.tag == dimension.tag;
            });
        if (!is_repeated) {
            dimensions.push_back(std::move(dimension));
        }
    }
    if (dimensions.size() > kGroupByMax) {
        return Refuse(
            "group_by",
            "at most " + std::to_string(kGroupByMax) + " dimensions are allowed"
        );
    }
    return dimensions;
}

/// Time first, then the first metric, largest first.
std::vector<store::OrderBy> DefaultOrder(const store::Plan& plan) {
    std::vector<store::OrderBy> order;
    if (plan.interval) {
        order.push_back({"time", false});
    }
    order.push_back({std::string(plan.metrics.front()->name), true});
    return order;
}

/// What an answer can be ordered by. `allowed` outlives the question: names of the catalogue do too,
/// those of tags do not.
std::vector<std::string_view> OrderNames(const store::Plan& plan) {
    std::vector<std::string_view> names;
    for (const Metric* metric : plan.metrics) {
        names.push_back(metric->name);
    }
    for (const store::Filter& dimension : plan.group_by) {
        if (dimension.dimension.field != nullptr) {
            names.push_back(dimension.dimension.field->name);
        }
    }
    if (plan.interval) {
        names.emplace_back("time");
    }
    return names;
}

Result<std::vector<store::OrderBy>>
ParseOrder(const std::vector<std::string>& lists, const store::Plan& plan, Allowed* allowed) {
    const std::vector<std::string> terms = SplitLists(lists);
    if (terms.empty()) {
        return DefaultOrder(plan);
    }
    const std::vector<store::Column> columns = store::ColumnsOf(plan);
    std::vector<store::OrderBy> order;
    for (const std::string& term : terms) {
        const bool descending = term.front() == '-';
        const std::string name = term.substr(descending ? 1 : 0);
        const auto has_name = [&](const store::Column& column) { return column.name == name; };
        if (std::none_of(columns.begin(), columns.end(), has_name)) {
            return UnknownName(
                "order_by",
                "a column of the answer",
                name,
                OrderNames(plan),
                allowed
            );
        }
        order.push_back({name, descending});
    }
    return order;
}

/// Runs what asks the store, and puts what was asked beside the answer.
template <typename Plan, typename Select>
Result<Answer> Answered(const Plan& plan, Select&& select) {
    const auto start = std::chrono::steady_clock::now();
    SG_ASSIGN_OR_RETURN(store::Table table, select(plan));
    if (table.source.rollup.empty()) {
        table.source.calls = plan.to - plan.from;
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    return Answer{std::move(table), plan.from, plan.to, plan.interval, took.count()};
}

}  // namespace

Result<Question> ParseQuestion(const QuestionText& text, Time now, Allowed* allowed) {
    Question question;
    store::Plan& plan = question.plan;
    SG_ASSIGN_OR_RETURN(plan.metrics, ParseMetrics(text.metrics, allowed));
    SG_ASSIGN_OR_RETURN(plan.group_by, ParseGroupBy(text.group_by, allowed));
    SG_ASSIGN_OR_RETURN(const TimeRange range, ParseTimeRange(text.from, text.to, now));
    plan.from = range.from;
    plan.to = range.to;
    SG_ASSIGN_OR_RETURN(plan.interval, ParseInterval(text.interval, range));
    SG_ASSIGN_OR_RETURN(plan.filters, ParseFilters(text.filters, text.conditions, allowed));
    SG_ASSIGN_OR_RETURN(plan.order_by, ParseOrder(text.order_by, plan, allowed));
    const std::int64_t limit = text.limit.value_or(kDefaultRows);
    if (limit < 1 || limit > kRowsMax) {
        return Refuse(
            "limit",
            std::to_string(limit) + " is not from 1 to " + std::to_string(kRowsMax)
        );
    }
    plan.limit = static_cast<std::size_t>(limit);
    return question;
}

Result<Answer> Ask(const Question& question, const store::Store& store) {
    return Answered(question.plan, [&](const store::Plan& plan) { return store.Select(plan); });
}

Result<DistributionQuestion>
ParseDistribution(const DistributionText& text, Time now, Allowed* allowed) {
    const std::string metric =
        text.metric.empty() ? std::string(kDistributionMetrics[0]) : text.metric;
    if (std::find(kDistributionMetrics.begin(), kDistributionMetrics.end(), metric) ==
        kDistributionMetrics.end()) {
        return UnknownName("metric", "a duration", metric, kDistributionMetrics, allowed);
    }
    DistributionQuestion question;
    store::DistributionPlan& plan = question.plan;
    plan.quantity = metric == kDistributionMetrics[0] ? Quantity::kLatencyUs : Quantity::kTtftUs;
    SG_ASSIGN_OR_RETURN(const TimeRange range, ParseTimeRange(text.from, text.to, now));
    plan.from = range.from;
    plan.to = range.to;
    SG_ASSIGN_OR_RETURN(
        const std::optional<Duration> interval,
        ParseInterval(text.interval.empty() ? "auto" : text.interval, range)
    );
    plan.interval = interval.value_or(ChooseInterval(range));
    SG_ASSIGN_OR_RETURN(plan.filters, ParseFilters(text.filters, text.conditions, allowed));
    return question;
}

Result<Answer> Ask(const DistributionQuestion& question, const store::Store& store) {
    SG_ASSIGN_OR_RETURN(
        Answer answer,
        Answered(
            question.plan,
            [&](const store::DistributionPlan& plan) { return store.Distribution(plan); }
        )
    );
    for (const std::size_t column : {std::size_t{1}, std::size_t{2}}) {
        answer.table.columns[column].unit = "ms";
        for (std::vector<store::Cell>& row : answer.table.rows) {
            row[column] = std::get<double>(row[column]) * kMillisecondsPerMicrosecond;
        }
    }
    return answer;
}

}  // namespace sightglass::analytics
