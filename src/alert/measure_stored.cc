// The readings that only the store can tell.
#include <algorithm>
#include <map>
#include <utility>

#include "alert/stored_rows.h"
#include "analytics/question.h"
#include "base/text.h"
#include "store/matching.h"

namespace sightglass::alert {
namespace {

using Row = StoredRow;

/// All weeks of all groups.
constexpr std::size_t kAnomalyRowsMax = 100'000;

std::string TextOf(const store::Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) {
        return *text;
    }
    if (const auto* number = std::get_if<std::int64_t>(&cell)) {
        return std::to_string(*number);
    }
    return {};
}

std::optional<double> NumberOf(const store::Cell& cell) {
    if (const auto* number = std::get_if<double>(&cell)) {
        return *number;
    }
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
        return static_cast<double>(*whole);
    }
    return std::nullopt;
}

/// Columns come as time (where there is an interval), groups, the metric, calls.
std::vector<Row> RowsOf(const Monitor& monitor, store::Table table, bool has_time) {
    const std::size_t first = has_time ? 1 : 0;
    const std::size_t groups = monitor.group_by.size();
    std::vector<Row> rows;
    rows.reserve(table.rows.size());
    for (std::vector<store::Cell>& cells : table.rows) {
        Row& row = rows.emplace_back();
        if (has_time) {
            const auto* const at = std::get_if<Time>(&cells.front());
            row.at = at == nullptr ? Time{} : *at;
        }
        for (std::size_t i = 0; i < groups; ++i) {
            row.group.push_back(TextOf(cells[first + i]));
        }
        row.value = NumberOf(cells[first + groups]);
        row.calls = static_cast<std::int64_t>(NumberOf(cells.back()).value_or(0));
    }
    return rows;
}

using ByGroup = std::unordered_map<std::string, std::optional<double>>;

Result<ByGroup> AskByGroup(const Monitor& monitor, const store::Store& store, const Asked& asked) {
    SG_ASSIGN_OR_RETURN(const std::vector<Row> rows, AskStore(monitor, store, asked));
    ByGroup values;
    for (const Row& row : rows) {
        if (CanCompareWith(monitor, row.calls)) {
            values.emplace(JoinGroup(row.group), row.value);
        }
    }
    return values;
}

Measured MeasuredOf(std::vector<Row> rows) {
    Measured measured;
    if (rows.size() > kGroupsMax) {
        measured.left_out = static_cast<std::int64_t>(rows.size() - kGroupsMax);
        rows.resize(kGroupsMax);
    }
    measured.readings.reserve(rows.size());
    for (Row& row : rows) {
        Reading& reading = measured.readings.emplace_back();
        reading.group = std::move(row.group);
        reading.value = row.value;
        reading.calls = row.calls;
    }
    return measured;
}

/// What a second question says about each group, as one member of its reading.
Status Complete(
    const Monitor& monitor,
    const store::Store& store,
    const Asked& asked,
    std::optional<double> Reading::*member,
    Measured& measured
) {
    SG_ASSIGN_OR_RETURN(const ByGroup values, AskByGroup(monitor, store, asked));
    for (Reading& reading : measured.readings) {
        const auto found = values.find(JoinGroup(reading.group));
        reading.*member = found == values.end() ? std::nullopt : found->second;
    }
    return {};
}

Result<Measured> MeasureForecast(const Monitor& monitor, const store::Store& store, Time now) {
    const Period period = PeriodOf(now, monitor.condition.period);
    SG_ASSIGN_OR_RETURN(
        std::vector<Row> rows,
        AskStore(monitor, store, {.from = period.begin, .to = now, .metric = monitor.metric})
    );
    Measured measured = MeasuredOf(std::move(rows));
    const Asked lately{.from = now - monitor.window, .to = now, .metric = monitor.metric};
    SG_TRY(Complete(monitor, store, lately, &Reading::lately, measured));
    for (Reading& reading : measured.readings) {
        reading.period_left = period.end - now;
    }
    return measured;
}

/// A group's buckets, from its first on.
struct Past {
    std::vector<std::string> group;
    std::map<Time, Row> rows;
};

void AddShapes(const Past& past, const Monitor& monitor, Time end, Measured& measured) {
    const Metric* const metric = FindMetric(monitor.metric);
    const std::optional<double> empty =
        metric != nullptr && IsZeroWithoutCalls(*metric) ? std::optional(0.0) : std::nullopt;
    std::vector<std::optional<double>> values;
    std::int64_t calls = 0;
    for (Time at = past.rows.begin()->first; at < end; at += monitor.window) {
        const auto found = past.rows.find(at);
        values.push_back(found == past.rows.end() ? empty : found->second.value);
        calls = found == past.rows.end() ? 0 : found->second.calls;
    }
    const auto scores = ScoreLast(values, monitor.window);
    for (std::size_t shape = 0; shape < static_cast<std::size_t>(AnomalyShape::kCount_); ++shape) {
        Reading& reading = measured.readings.emplace_back();
        reading.group = past.group;
        reading.group.emplace_back(ToString(static_cast<AnomalyShape>(shape)));
        reading.value = values.back();
        reading.calls = calls;
        if (scores) {
            reading.score = (*scores)[shape];
        }
    }
}

Result<Measured> MeasureAnomaly(const Monitor& monitor, const store::Store& store, Time now) {
    const Time end = store::BucketStart(now, monitor.window);
    const Asked asked{
        .from = end - kAnomalyHistory,
        .to = end,
        .metric = monitor.metric,
        .interval = monitor.window,
        .rows_max = kAnomalyRowsMax};
    SG_ASSIGN_OR_RETURN(std::vector<Row> rows, AskStore(monitor, store, asked));
    std::map<std::string, Past> groups;
    for (Row& row : rows) {
        Past& past = groups[JoinGroup(row.group)];
        past.group = row.group;
        past.rows.emplace(row.at, std::move(row));
    }
    Measured measured;
    for (const auto& [key, past] : groups) {
        AddShapes(past, monitor, end, measured);
    }
    return measured;
}

}  // namespace

Result<std::vector<StoredRow>>
AskStore(const Monitor& monitor, const store::Store& store, const Asked& asked) {
    analytics::QuestionText text;
    text.metrics = {std::string(asked.metric)};
    if (asked.metric != "calls") {
        text.metrics.emplace_back("calls");
    }
    text.group_by = monitor.group_by;
    text.from = FormatTime(asked.from);
    text.to = FormatTime(asked.to);
    text.filters = {monitor.filter};
    SG_ASSIGN_OR_RETURN(analytics::Question question, analytics::ParseQuestion(text, asked.to));
    store::Plan& plan = question.plan;
    plan.interval = asked.interval;
    plan.limit = asked.rows_max;
    plan.order_by = {{asked.interval ? "time" : "calls", true}};
    SG_ASSIGN_OR_RETURN(store::Table table, store.Select(plan));
    return RowsOf(monitor, std::move(table), asked.interval.has_value());
}

bool IsZeroWithoutCalls(const Metric& metric) noexcept {
    return metric.aggregate == Aggregate::kCount || metric.aggregate == Aggregate::kSum ||
           metric.aggregate == Aggregate::kPerMinute;
}

bool CanCompareWith(const Monitor& monitor, std::int64_t calls) noexcept {
    const Metric* const metric = FindMetric(monitor.metric);
    return monitor.kind != Kind::kChange || calls >= monitor.condition.min_calls ||
           (metric != nullptr && IsZeroWithoutCalls(*metric));
}

Result<Measured> MeasureStored(const Monitor& monitor, const store::Store& store, Time now) {
    if (monitor.kind == Kind::kAnomaly) {
        return MeasureAnomaly(monitor, store, now);
    }
    if (monitor.kind == Kind::kForecast) {
        return MeasureForecast(monitor, store, now);
    }
    Asked asked{.from = now - monitor.window, .to = now, .metric = monitor.metric};
    SG_ASSIGN_OR_RETURN(std::vector<Row> rows, AskStore(monitor, store, asked));
    Measured measured = MeasuredOf(std::move(rows));
    if (monitor.kind == Kind::kChange) {
        asked.from -= monitor.condition.period;
        asked.to -= monitor.condition.period;
        SG_TRY(Complete(monitor, store, asked, &Reading::before, measured));
    } else if (monitor.kind == Kind::kBurnRate) {
        asked.from = now - monitor.condition.short_window;
        SG_TRY(Complete(monitor, store, asked, &Reading::short_value, measured));
    }
    return measured;
}

Status KnownGroups::Load(const Monitor& monitor, const store::Store& store, Time now) {
    const Duration said = monitor.condition.period;
    const Asked before{
        .from = now - (said > Duration(0) ? said : kLookBack) - monitor.window,
        .to = now - monitor.window,
        .metric = "calls",
        .rows_max = kKnownMax};
    SG_ASSIGN_OR_RETURN(const std::vector<Row> rows, AskStore(monitor, store, before));
    for (const Row& row : rows) {
        first_seen_.emplace(JoinGroup(row.group), Time{});
    }
    full_ = rows.size() >= kKnownMax;
    loaded_ = true;
    return {};
}

Result<Measured> KnownGroups::Measure(const Monitor& monitor, const store::Store& store, Time now) {
    if (!loaded_) {
        SG_TRY(Load(monitor, store, now));
    }
    if (!learned_) {
        SG_ASSIGN_OR_RETURN(const store::StoreStats stats, store.GetStats());
        learned_ = stats.oldest && now - *stats.oldest >= kLearning;
    }
    const Asked asked{.from = now - monitor.window, .to = now, .metric = "calls"};
    SG_ASSIGN_OR_RETURN(std::vector<Row> rows, AskStore(monitor, store, asked));
    std::erase_if(rows, [](const Row& row) {
        return std::all_of(row.group.begin(), row.group.end(), [](const std::string& name) {
            return name.empty();  // Not known is not new.
        });
    });
    Measured measured = MeasuredOf(std::move(rows));
    for (Reading& reading : measured.readings) {
        const auto [seen, added] =
            first_seen_.try_emplace(JoinGroup(reading.group), learned_ ? now : Time{});
        reading.is_new =
            learned_ && !full_ && seen->second != Time{} && now - seen->second < monitor.window;
    }
    full_ = full_ || first_seen_.size() >= kKnownMax;
    return measured;
}

}  // namespace sightglass::alert
