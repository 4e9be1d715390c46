#include "analytics/peak_hours.h"

#include <algorithm>
#include <chrono>

#include "analytics/clock_grid.h"
#include "analytics/filter_text.h"
#include "analytics/metric_parts.h"
#include "analytics/names.h"
#include "analytics/time_range.h"

namespace sightglass::analytics {
namespace {

constexpr Duration kDefaultSpan = std::chrono::hours(28 * 24);
constexpr Duration kSpanMax = std::chrono::hours(400 * 24);
constexpr std::size_t kBusiest = 5;
constexpr double kUsPerHour = 3.6e9;

/// What calls of some hours add up to.
struct Sums {
    OptionalInt top;
    std::int64_t below = 0;

    void Add(const Sums& other) {
        if (other.top) {
            top = top.value_or(0) + *other.top;
        }
        below += other.below;
    }
};

OptionalInt Whole(const store::Cell& cell) {
    const auto* const value = std::get_if<std::int64_t>(&cell);
    return value != nullptr ? OptionalInt(*value) : std::nullopt;
}

std::size_t CellOf(Time time, Duration utc_offset) {
    return static_cast<std::size_t>(
        WeekdayOf(time, utc_offset) * kHours + HourOf(time, utc_offset)
    );
}

std::optional<double> ValueOf(const Sums& sums, const MetricParts& parts, double hours) {
    if (parts.kind == MetricKind::kRatio) {
        return sums.top && sums.below != 0 ? std::optional(
                                                 static_cast<double>(*sums.top) /
                                                 static_cast<double>(sums.below) * parts.scale
                                             )
                                           : std::nullopt;
    }
    if (hours <= 0) {
        return std::nullopt;
    }
    // Hours without calls had none; calls of which nothing is known have no sum.
    const double sum = static_cast<double>(sums.top.value_or(0)) * parts.scale;
    return sum / hours / (parts.per_minute ? 60.0 : 1.0);
}

/// How much of each hour of the week lies in the range.
void CountHours(const PeakQuestion& question, PeakHours& answer) {
    const Duration width = std::chrono::hours(1);
    Time hour = DayStart(question.from, question.utc_offset);
    for (; hour < question.to; hour += width) {
        const Time from = std::max(hour, question.from);
        const Time to = std::min(hour + width, question.to);
        if (from < to) {
            answer.cells[CellOf(hour, question.utc_offset)].hours +=
                static_cast<double>((to - from).count()) / kUsPerHour;
        }
    }
}

store::Plan PlanOf(const PeakQuestion& question, const MetricParts& parts) {
    store::Plan plan;
    plan.from = question.from;
    plan.to = question.to;
    plan.filters = question.filters;
    plan.interval = BucketWithinHours(question.utc_offset);
    plan.metrics = parts.Measures();
    plan.limit = static_cast<std::size_t>(kSpanMax / *plan.interval) + 2;
    return plan;
}

std::vector<PeakCell> BusiestOf(const PeakHours& answer) {
    std::vector<PeakCell> cells;
    for (const PeakCell& cell : answer.cells) {
        if (cell.value) {
            cells.push_back(cell);
        }
    }
    std::stable_sort(cells.begin(), cells.end(), [](const PeakCell& a, const PeakCell& b) {
        return *a.value > *b.value;
    });
    cells.resize(std::min(cells.size(), kBusiest));
    return cells;
}

}  // namespace

Result<PeakQuestion>
ParsePeaks(const PeakText& text, Time now, std::vector<std::string_view>* allowed) {
    PeakQuestion question;
    const std::string name = text.metric.empty() ? "calls" : text.metric;
    std::vector<std::string_view> names;
    for (const Metric& metric : Metrics()) {
        const MetricKind kind = KindOf(metric);
        if (kind == MetricKind::kSum || kind == MetricKind::kRatio) {
            names.push_back(metric.name);
        }
    }
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        return UnknownName("metric", "a metric that adds up or is a ratio", name, names, allowed);
    }
    question.metric = FindMetric(name);
    SG_ASSIGN_OR_RETURN(
        const TimeRange range,
        ParseTimeRange(text.from.empty() ? FormatTime(now - kDefaultSpan) : text.from, text.to, now)
    );
    if (range.to - range.from > kSpanMax) {
        return Refuse("from", "the range is longer than 400 days");
    }
    question.from = range.from;
    question.to = range.to;
    SG_ASSIGN_OR_RETURN(question.filters, ParseFilters(text.filters, {}, allowed));
    SG_ASSIGN_OR_RETURN(question.utc_offset, ParseUtcOffset(text.utc_offset_minutes));
    return question;
}

Result<PeakHours> FindPeaks(const PeakQuestion& question, const store::Store& store) {
    const auto start = std::chrono::steady_clock::now();
    const MetricParts parts = PartsOf(*question.metric);
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(PlanOf(question, parts)));
    PeakHours answer;
    answer.per_hour = parts.kind == MetricKind::kSum && !parts.per_minute;
    CountHours(question, answer);
    std::array<Sums, kHoursOfWeek> sums;
    Sums all;
    for (const std::vector<store::Cell>& row : table.rows) {
        Sums of_row;
        of_row.top = Whole(row[1 + MetricParts::kTop]);
        if (parts.count > MetricParts::kBelow) {
            of_row.below = Whole(row[1 + MetricParts::kBelow]).value_or(0);
        }
        sums[CellOf(std::get<Time>(row.front()), question.utc_offset)].Add(of_row);
        all.Add(of_row);
    }
    for (std::size_t i = 0; i < answer.cells.size(); ++i) {
        PeakCell& cell = answer.cells[i];
        cell.weekday = static_cast<int>(i) / kHours;
        cell.hour = static_cast<int>(i) % kHours;
        cell.value = ValueOf(sums[i], parts, cell.hours);
    }
    const double hours = static_cast<double>((question.to - question.from).count()) / kUsPerHour;
    answer.mean = ValueOf(all, parts, hours);
    answer.busiest = BusiestOf(answer);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    answer.took_ms = took.count();
    return answer;
}

}  // namespace sightglass::analytics
