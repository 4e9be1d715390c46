#include "store/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "store/matching.h"

namespace sightglass::store {
namespace {

using Calls = std::vector<const Call*>;
__extension__ using Wide = __int128;

/// Absorbs what log10 loses on exact powers of ten.
constexpr double kLogBucketSlack = 1e-9;

/// One group of Calls that becomes one row.
struct Slice {
    Calls calls;
    double minutes = 0;
    const FeedbackByCall* feedback = nullptr;
};

struct Session {
    Time first;
    Time last;
    std::set<std::int64_t> turns;
    std::size_t unnumbered = 0;  ///< Calls without a turn: each is one.
};

std::int64_t Saturate(Wide value) {
    constexpr Wide kMax = std::numeric_limits<std::int64_t>::max();
    constexpr Wide kMin = std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(std::clamp(value, kMin, kMax));
}

std::vector<std::int64_t> Known(Quantity quantity, const Calls& calls) {
    std::vector<std::int64_t> values;
    for (const Call* call : calls) {
        if (const std::optional<std::int64_t> value = Evaluate(quantity, *call)) {
            values.push_back(*value);
        }
    }
    return values;
}

Wide Sum(const std::vector<std::int64_t>& values) {
    Wide sum = 0;
    for (const std::int64_t value : values) {
        sum += value;
    }
    return sum;
}

double Quantile(std::vector<double> values, double quantile) {
    std::sort(values.begin(), values.end());
    const double position = quantile * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(std::floor(position));
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (values[above] - values[below]) * (position - std::floor(position));
}

std::int64_t CountDistinct(std::string_view field_name, const Calls& calls) {
    const Field* field = FindField(field_name);
    std::set<std::string> values;
    for (const Call* call : calls) {
        std::string text = field != nullptr ? DisplayText(*field, *call) : std::string();
        if (!text.empty()) {
            values.insert(std::move(text));
        }
    }
    return static_cast<std::int64_t>(values.size());
}

std::int64_t CountFeedback(FeedbackPart part, const Slice& slice) {
    std::int64_t count = 0;
    for (const Call* call : slice.calls) {
        if (const auto found = slice.feedback->find(call->call_id);
            found != slice.feedback->end()) {
            count += std::count_if(
                found->second.begin(),
                found->second.end(),
                [part](const Feedback* feedback) { return IsPartOf(part, *feedback); }
            );
        }
    }
    return count;
}

std::int64_t CountKnown(const Metric& metric, const Calls& calls) {
    const std::vector<std::int64_t> values = Known(metric.quantity, calls);
    return std::count_if(values.begin(), values.end(), [&metric](std::int64_t value) {
        return value >= metric.at_least;
    });
}

std::vector<double> SessionValues(SessionMeasure measure, const Calls& calls) {
    std::map<std::string, Session> sessions;
    for (const Call* call : calls) {
        if (call->session_id.empty()) {
            continue;
        }
        const Time end = call->ended_at.value_or(*call->started_at);
        const auto [place, is_new] =
            sessions.try_emplace(call->session_id, Session{*call->started_at, end, {}, 0});
        Session& session = place->second;
        session.first = std::min(session.first, *call->started_at);
        session.last = std::max(session.last, end);
        if (call->turn) {
            session.turns.insert(*call->turn);
        } else {
            ++session.unnumbered;
        }
    }
    std::vector<double> values;
    for (const auto& [id, session] : sessions) {
        const double length_s = static_cast<double>((session.last - session.first).count()) * 1e-6;
        values.push_back(
            measure == SessionMeasure::kTurns
                ? static_cast<double>(session.turns.size() + session.unnumbered)
                : length_s
        );
    }
    return values;
}

std::optional<double> Compute(const Metric& metric, const Slice& slice);

std::optional<double> ComputeNamed(std::string_view name, const Slice& slice) {
    const Metric* metric = FindMetric(name);
    return metric != nullptr ? Compute(*metric, slice) : std::nullopt;
}

std::optional<double> ComputeRatio(const Metric& metric, const Slice& slice) {
    const std::optional<double> numerator = ComputeNamed(metric.numerator, slice);
    const std::optional<double> denominator = ComputeNamed(metric.denominator, slice);
    if (!numerator || !denominator || *denominator == 0) {
        return std::nullopt;
    }
    return *numerator / *denominator;
}

std::optional<double> ComputeOfQuantity(const Metric& metric, const Slice& slice) {
    const std::vector<std::int64_t> values = Known(metric.quantity, slice.calls);
    if (values.empty()) {
        return std::nullopt;
    }
    switch (metric.aggregate) {
        case Aggregate::kSum:
            return static_cast<double>(Sum(values));
        case Aggregate::kAverage:
            return static_cast<double>(Sum(values)) / static_cast<double>(values.size());
        case Aggregate::kMax:
            return static_cast<double>(*std::max_element(values.begin(), values.end()));
        default:
            return Quantile(std::vector<double>(values.begin(), values.end()), metric.quantile);
    }
}

std::optional<double> ComputeOfSessions(const Metric& metric, const Slice& slice) {
    const std::vector<double> values = SessionValues(metric.session, slice.calls);
    if (values.empty()) {
        return std::nullopt;
    }
    if (metric.aggregate == Aggregate::kSessionQuantile) {
        return Quantile(values, metric.quantile);
    }
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

std::optional<double> ComputeUndivided(const Metric& metric, const Slice& slice) {
    switch (metric.aggregate) {
        case Aggregate::kCount:
            return static_cast<double>(std::count_if(
                slice.calls.begin(),
                slice.calls.end(),
                [&](const Call* call) { return Meets(metric.condition, *call); }
            ));
        case Aggregate::kSum:
        case Aggregate::kAverage:
        case Aggregate::kQuantile:
        case Aggregate::kMax:
            return ComputeOfQuantity(metric, slice);
        case Aggregate::kDistinct:
            return static_cast<double>(CountDistinct(metric.field, slice.calls));
        case Aggregate::kRatio:
            return ComputeRatio(metric, slice);
        case Aggregate::kPerMinute: {
            const std::optional<double> numerator = ComputeNamed(metric.numerator, slice);
            return numerator && slice.minutes > 0 ? std::optional(*numerator / slice.minutes)
                                                  : std::nullopt;
        }
        case Aggregate::kSessionAverage:
        case Aggregate::kSessionQuantile:
            return ComputeOfSessions(metric, slice);
        case Aggregate::kFeedback:
            return static_cast<double>(CountFeedback(metric.feedback, slice));
        case Aggregate::kKnown:
            return static_cast<double>(CountKnown(metric, slice.calls));
    }
    return std::nullopt;
}

std::optional<double> Compute(const Metric& metric, const Slice& slice) {
    const std::optional<double> value = ComputeUndivided(metric, slice);
    return value ? std::optional(*value / metric.divisor) : std::nullopt;
}

Cell MetricCell(const Metric& metric, const Slice& slice) {
    if (metric.integer && metric.aggregate == Aggregate::kSum) {
        // Not by way of a double, which has 53 bits.
        const std::vector<std::int64_t> values = Known(metric.quantity, slice.calls);
        return values.empty() ? Cell() : Cell(Saturate(Sum(values)));
    }
    const std::optional<double> value = Compute(metric, slice);
    if (!value) {
        return Cell();
    }
    return metric.integer ? Cell(static_cast<std::int64_t>(std::llround(*value))) : Cell(*value);
}

double MinutesIn(const Plan& plan, const std::vector<Cell>& key) {
    Time from = plan.from;
    Time to = plan.to;
    if (plan.interval) {
        const Time start = std::get<Time>(key.front());
        from = std::max(from, start);
        to = std::min(to, start + *plan.interval);
    }
    return static_cast<double>((to - from).count()) / 60e6;
}

bool IsIn(Time from, Time to, const Call& call) {
    return call.started_at && *call.started_at >= from && *call.started_at < to;
}

/// Three-way, unknown after everything whatever the direction.
int CompareCells(const Cell& a, const Cell& b, bool descending) {
    const bool a_unknown = std::holds_alternative<std::monostate>(a);
    const bool b_unknown = std::holds_alternative<std::monostate>(b);
    if (a_unknown || b_unknown) {
        return static_cast<int>(a_unknown) - static_cast<int>(b_unknown);
    }
    const int order = a < b ? -1 : static_cast<int>(b < a);
    return descending ? -order : order;
}

void Sort(Table& table, const Plan& plan) {
    std::vector<std::pair<std::size_t, bool>> keys;
    for (const OrderBy& order : plan.order_by) {
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (table.columns[i].name == order.column) {
                keys.emplace_back(i, order.descending);
                break;
            }
        }
    }
    const std::size_t key_columns = plan.group_by.size() + (plan.interval ? 1 : 0);
    for (std::size_t i = 0; i < key_columns; ++i) {
        keys.emplace_back(i, false);
    }
    std::sort(table.rows.begin(), table.rows.end(), [&](const auto& a, const auto& b) {
        for (const auto& [column, descending] : keys) {
            if (const int order = CompareCells(a[column], b[column], descending); order != 0) {
                return order < 0;
            }
        }
        return false;
    });
}

}  // namespace

std::vector<Column> ColumnsOf(const Plan& plan) {
    std::vector<Column> columns;
    if (plan.interval) {
        columns.push_back({"time", "time", ""});
    }
    for (const Filter& dimension : plan.group_by) {
        const Field* field = dimension.dimension.field;
        const bool whole = field != nullptr && IsNumeric(*field);
        const std::string name =
            field != nullptr ? std::string(field->name) : "tag:" + dimension.tag;
        columns.push_back(
            {name, whole ? "integer" : "text", field != nullptr ? std::string(field->unit) : ""}
        );
    }
    for (const Metric* metric : plan.metrics) {
        columns.push_back(
            {std::string(metric->name),
             metric->integer ? "integer" : "number",
             std::string(metric->unit)}
        );
    }
    return columns;
}

Status CheckPlan(const Plan& plan) {
    if (plan.metrics.empty()) {
        return Error{ErrorCode::kInvalidArgument, "metrics: at least one is needed"};
    }
    if (plan.interval && plan.interval->count() <= 0) {
        return Error{ErrorCode::kInvalidArgument, "interval: must be longer than nothing"};
    }
    const std::vector<Column> columns = ColumnsOf(plan);
    for (const OrderBy& order : plan.order_by) {
        const auto has_name = [&](const Column& column) { return column.name == order.column; };
        if (std::none_of(columns.begin(), columns.end(), has_name)) {
            return Error{
                ErrorCode::kInvalidArgument,
                "order_by: '" + std::string(order.column) + "' is not a column of the answer"};
        }
    }
    return {};
}

Status CheckPlan(const DistributionPlan& plan) {
    if (plan.interval.count() <= 0) {
        return Error{ErrorCode::kInvalidArgument, "interval: must be longer than nothing"};
    }
    if (plan.buckets_per_decade < 1 || plan.buckets_per_decade > 100) {
        return Error{ErrorCode::kInvalidArgument, "buckets_per_decade: must be from 1 to 100"};
    }
    if (plan.quantity == Quantity::kNone) {
        return Error{ErrorCode::kInvalidArgument, "metric: a distribution needs a quantity"};
    }
    return {};
}

Table SelectFrom(
    const std::vector<const Call*>& calls,
    const FeedbackByCall& feedback,
    const Plan& plan
) {
    std::map<std::vector<Cell>, Slice> slices;
    if (plan.group_by.empty() && !plan.interval) {
        slices[{}];  // Without groups there is one row, of no calls at least.
    }
    for (const Call* call : calls) {
        if (!IsIn(plan.from, plan.to, *call) || !MatchesAll(plan.filters, *call)) {
            continue;
        }
        std::vector<Cell> key;
        if (plan.interval) {
            key.emplace_back(BucketStart(*call->started_at, *plan.interval));
        }
        for (const Filter& dimension : plan.group_by) {
            key.push_back(GroupValue(dimension, *call));
        }
        slices[std::move(key)].calls.push_back(call);
    }
    Table table{ColumnsOf(plan), {}};
    for (auto& [key, slice] : slices) {
        slice.minutes = MinutesIn(plan, key);
        slice.feedback = &feedback;
        std::vector<Cell> row = key;
        for (const Metric* metric : plan.metrics) {
            row.push_back(MetricCell(*metric, slice));
        }
        table.rows.push_back(std::move(row));
    }
    Sort(table, plan);
    table.rows.resize(std::min(table.rows.size(), plan.limit));
    return table;
}

std::vector<Column> DistributionColumns() {
    return {
        {"time", "time", ""},
        {"bucket_low", "number", "us"},
        {"bucket_high", "number", "us"},
        {"calls", "integer", "calls"}};
}

std::int64_t LogBucket(std::int64_t value, int per_decade) noexcept {
    if (value < 1) {
        return -1;
    }
    return static_cast<std::int64_t>(
        std::floor(std::log10(static_cast<double>(value)) * per_decade + kLogBucketSlack)
    );
}

double LogBucketLow(std::int64_t bucket, int per_decade) noexcept {
    return bucket < 0 ? 0.0 : std::pow(10.0, static_cast<double>(bucket) / per_decade);
}

Table DistributionFrom(const std::vector<const Call*>& calls, const DistributionPlan& plan) {
    std::map<std::pair<Time, std::int64_t>, std::int64_t> counts;
    for (const Call* call : calls) {
        if (!IsIn(plan.from, plan.to, *call) || !MatchesAll(plan.filters, *call)) {
            continue;
        }
        if (const std::optional<std::int64_t> value = Evaluate(plan.quantity, *call)) {
            ++counts[{
                BucketStart(*call->started_at, plan.interval),
                LogBucket(*value, plan.buckets_per_decade)}];
        }
    }
    Table table{DistributionColumns(), {}};
    for (const auto& [place, count] : counts) {
        const auto& [time, bucket] = place;
        const int per_decade = plan.buckets_per_decade;
        table.rows.push_back(
            {time, LogBucketLow(bucket, per_decade), LogBucketLow(bucket + 1, per_decade), count}
        );
    }
    return table;
}

}  // namespace sightglass::store
