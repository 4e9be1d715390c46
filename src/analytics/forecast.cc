#include "analytics/forecast.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "analytics/clock_grid.h"
#include "analytics/filter_text.h"
#include "analytics/metric_parts.h"
#include "analytics/names.h"

namespace sightglass::analytics {
namespace {

constexpr std::array<std::string_view, 6> kMetrics =
    {"cost_usd", "calls", "errors", "input_tokens", "output_tokens", "total_tokens"};

constexpr Duration kDay = std::chrono::hours(24);
constexpr Duration kHour = std::chrono::hours(1);
constexpr double kHalfLifeDays = 7;
constexpr std::size_t kDaysForWeek = 14;  ///< Fewer do not tell a day of the week from chance.
constexpr std::size_t kDaysMin = 3;
constexpr double kPersistenceMax = 0.9;
constexpr double kZOf80Percent = 1.2815515594;  ///< A tenth lies above.

/// One day of the usual height is added to what is known of each day of the week.
constexpr double kDaysOfDoubt = 1;

struct Weights {
    double sum = 0;
    double squares = 0;

    void Add(double weight) {
        sum += weight;
        squares += weight * weight;
    }

    /// As how many days of equal weight they count.
    double Days() const { return squares > 0 ? sum * sum / squares : 0; }
};

double WeightOf(std::size_t days_ago) {
    return std::exp2(-static_cast<double>(days_ago) / kHalfLifeDays);
}

std::array<double, 7> UsualOf(std::span<const DaySum> days) {
    std::array<double, 7> usual;
    usual.fill(1);
    double all = 0;
    std::array<double, 7> sums{};
    std::array<double, 7> counts{};
    for (const DaySum& day : days) {
        all += day.sum;
        sums[static_cast<std::size_t>(day.weekday)] += day.sum;
        counts[static_cast<std::size_t>(day.weekday)] += 1;
    }
    const double mean = days.empty() ? 0 : all / static_cast<double>(days.size());
    if (days.size() < kDaysForWeek || mean <= 0) {
        return usual;
    }
    for (std::size_t i = 0; i < usual.size(); ++i) {
        usual[i] = (sums[i] + kDaysOfDoubt * mean) / ((counts[i] + kDaysOfDoubt) * mean);
    }
    return usual;
}

double MedianOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// From how many of 100 values of Student's distribution 90 lie below, by its expansion in 1/n.
double StudentOf(double degrees) {
    const double z = kZOf80Percent;
    const double n = std::max(degrees, 1.0);
    return z + (z * z * z + z) / (4 * n) +
           (5 * std::pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * n * n);
}

/// The series by days and hours of one clock.
struct Series {
    std::vector<DaySum> whole_days;    ///< Before today, from the first that has anything.
    std::map<Time, double> by_day;     ///< All days, by their start.
    std::array<double, 24> by_hour{};  ///< Of the whole days.
};

Series SeriesOf(std::span<const TimedSum> sums, Time now, Duration utc_offset) {
    Series series;
    for (const TimedSum& sum : sums) {
        series.by_day[DayStart(sum.from, utc_offset)] += sum.sum;
    }
    const Time today = DayStart(now, utc_offset);
    const auto first =
        std::find_if(series.by_day.begin(), series.by_day.end(), [](const auto& day) {
            return day.second != 0;
        });
    if (first == series.by_day.end()) {
        return series;
    }
    for (Time day = std::max(first->first, today - kForecastHistory); day < today; day += kDay) {
        const auto found = series.by_day.find(day);
        series.whole_days.push_back(
            {WeekdayOf(day, utc_offset), found != series.by_day.end() ? found->second : 0.0}
        );
    }
    for (const TimedSum& sum : sums) {
        if (sum.from < today) {
            series.by_hour[static_cast<std::size_t>(HourOf(sum.from, utc_offset))] += sum.sum;
        }
    }
    return series;
}

/// Which share of a day is still to come, by the hours of past days.
double ShareLeft(const std::array<double, 24>& by_hour, Time now, Duration utc_offset) {
    double all = 0;
    for (const double sum : by_hour) {
        all += sum;
    }
    double left = 0;
    const Time today = DayStart(now, utc_offset);
    for (std::size_t hour = 0; hour < by_hour.size(); ++hour) {
        const double share = all > 0 ? by_hour[hour] / all : 1.0 / 24;
        const Time from = today + static_cast<std::int64_t>(hour) * kHour;
        const double to_come = std::clamp(
            static_cast<double>((from + kHour - now).count()) / static_cast<double>(kHour.count()),
            0.0,
            1.0
        );
        left += share * to_come;
    }
    return left;
}

/// The standard deviation of what is to come, in multiples of the level: that of each day, which
/// partly stays until the next, and that of the level itself.
double DeviationOf(
    const std::vector<double>& to_come,
    const PastErrors& errors,
    std::size_t history_days
) {
    double of_days = 0;
    double sum = 0;
    for (std::size_t i = 0; i < to_come.size(); ++i) {
        for (std::size_t j = 0; j < to_come.size(); ++j) {
            const double apart = std::abs(static_cast<double>(i) - static_cast<double>(j));
            of_days += to_come[i] * to_come[j] * std::pow(errors.persistence, apart);
        }
        sum += to_come[i];
    }
    Weights weights;
    for (std::size_t i = 0; i < history_days; ++i) {
        weights.Add(WeightOf(i));
    }
    // Days that are like those before them tell less of the level than days by themselves.
    const double own_days = weights.Days() * (1 - errors.persistence) / (1 + errors.persistence);
    return errors.deviation * std::sqrt(of_days + sum * sum / std::max(own_days, 1.0));
}

Certainty CertaintyOf(const Forecast& forecast) {
    constexpr double kGoodWidth = 0.15;
    constexpr double kFairWidth = 0.3;
    constexpr std::int64_t kGoodDays = 28;
    if (!forecast.forecast) {
        return Certainty::kNone;
    }
    const double width =
        *forecast.forecast > 0 ? (*forecast.high - *forecast.low) / 2 / *forecast.forecast : 0;
    if (width > kFairWidth || forecast.history_days < static_cast<std::int64_t>(kDaysForWeek)) {
        return Certainty::kPoor;
    }
    return width > kGoodWidth || forecast.history_days < kGoodDays ? Certainty::kFair
                                                                   : Certainty::kGood;
}

/// Fills the days, and what is expected of each that is not over; in multiples of the level.
std::vector<double>
FillDays(Forecast& forecast, const Series& series, const WeekModel& model, Duration utc_offset) {
    std::vector<double> to_come;
    const bool knows = series.whole_days.size() >= kDaysMin;
    const Time today = DayStart(forecast.now, utc_offset);
    for (Time day = forecast.from; day < forecast.to; day += kDay) {
        ForecastDay& added = forecast.days.emplace_back();
        added.from = day;
        if (day <= today) {
            const auto found = series.by_day.find(day);
            added.actual = found != series.by_day.end() ? found->second : 0.0;
            forecast.so_far += *added.actual;
        }
        if (day < today || !knows) {
            continue;
        }
        const double share =
            day == today ? ShareLeft(series.by_hour, forecast.now, utc_offset) : 1.0;
        const int weekday = WeekdayOf(day, utc_offset);
        to_come.push_back(share * model.usual[static_cast<std::size_t>(weekday)]);
        added.expected = share * model.Expect(weekday);
    }
    return to_come;
}

}  // namespace

const char* ToString(Certainty certainty) noexcept {
    switch (certainty) {
        case Certainty::kNone:
            break;
        case Certainty::kPoor:
            return "poor";
        case Certainty::kFair:
            return "fair";
        case Certainty::kGood:
            return "good";
    }
    return "none";
}

WeekModel LearnWeek(std::span<const DaySum> days) {
    WeekModel model;
    model.usual = UsualOf(days);
    double sums = 0;
    double usual = 0;
    for (std::size_t i = 0; i < days.size(); ++i) {
        const double weight = WeightOf(days.size() - 1 - i);
        sums += weight * days[i].sum;
        usual += weight * model.usual[static_cast<std::size_t>(days[i].weekday)];
    }
    model.level = usual > 0 ? sums / usual : 0;
    return model;
}

PastErrors TestOnPast(std::span<const DaySum> days) {
    std::vector<double> errors;
    double expected_squares = 0;
    // Where the week is known, what was foretold without it says nothing of the method.
    const bool knows_week = days.size() >= kDaysForWeek + 7;
    for (std::size_t i = knows_week ? kDaysForWeek : kDaysMin - 1; i < days.size(); ++i) {
        const WeekModel model = LearnWeek(days.first(i));
        const double expected = model.Expect(days[i].weekday);
        if (model.level > 0 && expected > 0) {
            // In multiples of the level, so that small days do not count for more than large ones.
            errors.push_back((days[i].sum - expected) / model.level);
            expected_squares += (expected / model.level) * (expected / model.level);
        }
    }
    PastErrors past;
    if (errors.empty()) {
        return past;
    }
    double squares = 0;
    double neighbours = 0;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        squares += errors[i] * errors[i];
        neighbours += i > 0 ? errors[i] * errors[i - 1] : 0;
    }
    past.deviation = std::sqrt(squares / expected_squares);
    past.persistence = squares > 0 ? std::clamp(neighbours / squares, 0.0, kPersistenceMax) : 0;
    for (double& error : errors) {
        error = std::abs(error);
    }
    past.median = MedianOf(std::move(errors));
    return past;
}

Forecast ForecastFrom(std::span<const TimedSum> sums, Time now, Duration utc_offset) {
    Forecast forecast;
    forecast.from = MonthStart(now, utc_offset);
    forecast.to = NextMonthStart(now, utc_offset);
    forecast.now = now;
    const Series series = SeriesOf(sums, now, utc_offset);
    forecast.history_days = static_cast<std::int64_t>(series.whole_days.size());
    const WeekModel model = LearnWeek(series.whole_days);
    const std::vector<double> to_come = FillDays(forecast, series, model, utc_offset);
    if (series.whole_days.size() < kDaysMin) {
        return forecast;
    }
    const PastErrors errors = TestOnPast(series.whole_days);
    forecast.error_ratio = errors.median;
    double expected = 0;
    for (const double share : to_come) {
        expected += share * model.level;
    }
    const double width = StudentOf(static_cast<double>(series.whole_days.size()) - 1) *
                         model.level * DeviationOf(to_come, errors, series.whole_days.size());
    forecast.forecast = forecast.so_far + expected;
    forecast.low = forecast.so_far + std::max(expected - width, 0.0);
    forecast.high = forecast.so_far + expected + width;
    forecast.certainty = CertaintyOf(forecast);
    return forecast;
}

Result<ForecastQuestion>
ParseForecast(const ForecastText& text, Time now, std::vector<std::string_view>* allowed) {
    ForecastQuestion question;
    const std::string name = text.metric.empty() ? std::string(kMetrics.front()) : text.metric;
    if (std::find(kMetrics.begin(), kMetrics.end(), name) == kMetrics.end()) {
        return UnknownName("metric", "a sum that can be foretold", name, kMetrics, allowed);
    }
    question.metric = FindMetric(name);
    question.now = now;
    SG_ASSIGN_OR_RETURN(question.filters, ParseFilters(text.filters, {}, allowed));
    SG_ASSIGN_OR_RETURN(question.utc_offset, ParseUtcOffset(text.utc_offset_minutes));
    return question;
}

Result<Forecast> MakeForecast(const ForecastQuestion& question, const store::Store& store) {
    const auto start = std::chrono::steady_clock::now();
    const MetricParts parts = PartsOf(*question.metric);
    store::Plan plan;
    plan.from = std::min(
        MonthStart(question.now, question.utc_offset),
        DayStart(question.now, question.utc_offset) - kForecastHistory
    );
    plan.to = question.now;
    plan.filters = question.filters;
    plan.interval = BucketWithinHours(question.utc_offset);
    plan.metrics = {&parts.measures[MetricParts::kTop]};
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    std::vector<TimedSum> sums;
    for (const std::vector<store::Cell>& row : table.rows) {
        const auto* const sum = std::get_if<std::int64_t>(&row.back());
        sums.push_back(
            {std::get<Time>(row.front()),
             sum != nullptr ? static_cast<double>(*sum) * parts.scale : 0.0}
        );
    }
    Forecast forecast = ForecastFrom(sums, question.now, question.utc_offset);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    forecast.took_ms = took.count();
    return forecast;
}

}  // namespace sightglass::analytics
