#include "alert/anomaly.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace sightglass::alert {
namespace {

using std::chrono::hours;

constexpr Duration kWeek = hours(24 * 7);
constexpr Duration kLately = hours(72);     // Where the level stands, for a spike.
constexpr Duration kJustNow = hours(4);     // What has begun already is no spike.
constexpr Duration kShiftOver = hours(12);  // So long a shift has to last.
constexpr Duration kDriftOver = hours(72);
constexpr std::size_t kNear = 3;      // Buckets before and after that scatter alike.
constexpr std::size_t kWeeksMin = 2;  // Beside the present one.

/// A single bucket is known less well than many, and yet what it says is plainer: five spreads of a
/// shift are as much as three of a spike.
constexpr double kSpikeWeight = 1.5;

// Spreads are never taken for smaller, so that a series that hardly moves is no alarm at each move.
constexpr double kSpikeSpreadMin = 0.06;
constexpr double kShiftSpreadMin = 0.05;
constexpr double kDriftSpreadMin = 0.05;

/// Of a normal distribution: the spread over the median of what is off.
constexpr double kSpreadOverMedian = 1.4826;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double MedianOf(std::vector<double>& values) {
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (values.empty()) {
        return kUnknown;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) {
        return *middle;
    }
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double MedianOf(std::span<const double> values) {
    std::vector<double> copy(values.begin(), values.end());
    return MedianOf(copy);
}

/// The median of what is off from 0, as a spread.
double SpreadOf(std::vector<double>& off) {
    for (double& value : off) {
        value = std::abs(value);
    }
    return kSpreadOverMedian * MedianOf(off);
}

/// A series with its usual week taken out.
class Deseasoned {
public:
    Deseasoned(std::span<const std::optional<double>> values, Duration bucket)
        : week_(static_cast<std::size_t>(kWeek / bucket)), bucket_(bucket) {
        TakeLogarithms(values);
        weeks_ = x_.size() / week_ - 1;
        TakeOutWeek();
    }

    std::size_t Buckets(Duration time) const {
        return std::max<std::size_t>(1, static_cast<std::size_t>(time / bucket_));
    }

    /// `count` values, the newest of which is `back` before the last.
    std::span<const double> Slice(std::size_t back, std::size_t count) const {
        const std::size_t end = x_.size() - std::min(back, x_.size());
        const std::size_t begin = end - std::min(count, end);
        return std::span(x_).subspan(begin, end - begin);
    }

    double Level(std::size_t back, std::size_t count) const { return MedianOf(Slice(back, count)); }

    double Last() const { return x_.back(); }

    double Expected(double level) const { return std::exp(level + season_[0]) - offset_; }

    /// How far this time of the week, and those near it, were off in other weeks.
    double SpreadNow() const;

    /// Of the weeks before the present one, the newest first.
    const std::vector<double>& WeekLevels() const { return levels_; }

    std::size_t Size() const { return x_.size(); }

private:
    void TakeLogarithms(std::span<const std::optional<double>> values);
    void TakeOutWeek();

    std::size_t week_;
    Duration bucket_;
    std::size_t weeks_ = 0;  // Whole ones before the present.
    double offset_ = 1;
    std::vector<double> x_;
    std::vector<double> season_;  // By how many buckets before the last.
    std::vector<double> levels_;
};

void Deseasoned::TakeLogarithms(std::span<const std::optional<double>> values) {
    const auto most = static_cast<std::size_t>(kAnomalyHistory / bucket_);
    values = values.last(std::min(values.size(), most));
    std::vector<double> known;
    for (const std::optional<double>& value : values) {
        known.push_back(value ? std::max(*value, 0.0) : kUnknown);
    }
    x_ = known;
    // So that 0 has a logarithm, and small numbers do not count for more than they are.
    const double median = MedianOf(known);
    offset_ = median > 0 ? 0.02 * median : 1.0;
    for (double& value : x_) {
        value = std::log(value + offset_);
    }
}

void Deseasoned::TakeOutWeek() {
    const std::size_t n = x_.size();
    std::vector<double> raw_levels;
    for (std::size_t k = 1; k <= weeks_; ++k) {
        raw_levels.push_back(Level(k * week_, week_));
    }
    season_.resize(week_);
    std::vector<double> off;
    for (std::size_t lag = 0; lag < week_; ++lag) {
        off.clear();
        for (std::size_t k = 1; k <= weeks_; ++k) {
            const std::size_t back = lag + k * week_;
            if (back < n) {
                off.push_back(x_[n - 1 - back] - raw_levels[k - 1]);
            }
        }
        const double usual = MedianOf(off);
        season_[lag] = std::isnan(usual) ? 0.0 : usual;
    }
    for (std::size_t back = 0; back < n; ++back) {
        x_[n - 1 - back] -= season_[back % week_];
    }
    for (std::size_t k = 1; k <= weeks_; ++k) {
        levels_.push_back(Level(k * week_, week_));
    }
}

double Deseasoned::SpreadNow() const {
    const std::size_t n = x_.size();
    std::vector<double> off;
    for (std::size_t k = 1; k <= weeks_; ++k) {
        for (std::size_t near = 0; near < 2 * kNear + 1; ++near) {
            const std::size_t back = k * week_ + near - kNear;
            if (back < n) {
                off.push_back(x_[n - 1 - back] - levels_[k - 1]);
            }
        }
    }
    // Each week is part of the median that it is held against, and that is not known exactly.
    const auto weeks = static_cast<double>(weeks_);
    const double correction = std::sqrt(weeks / (weeks - 1)) * std::sqrt(1 + 1 / weeks);
    return std::max(correction * SpreadOf(off), kSpikeSpreadMin);
}

/// How far outside of all of `levels`; 0 within. What is no stranger than one of the last weeks was, or
/// the last days, is not off.
double Outside(double value, std::vector<double> levels) {
    std::erase_if(levels, [](double level) { return std::isnan(level); });
    if (levels.empty() || std::isnan(value)) {
        return 0;
    }
    const auto [least, most] = std::minmax_element(levels.begin(), levels.end());
    return value > *most ? value - *most : std::min(value - *least, 0.0);
}

double SpikeOf(const Deseasoned& series) {
    const std::vector<double> levels{
        series.Level(1, series.Buckets(kLately)),
        series.Level(1, series.Buckets(kWeek)),
        series.Level(1, series.Buckets(kJustNow)),
    };
    return kSpikeWeight * Outside(series.Last(), levels) / series.SpreadNow();
}

/// The last half day against the week before it.
double ShiftAt(const Deseasoned& series, std::size_t back) {
    const std::size_t lately = series.Buckets(kShiftOver);
    return series.Level(back, lately) - series.Level(back + lately, series.Buckets(kWeek));
}

double ShiftOf(const Deseasoned& series) {
    std::vector<double> off;
    const std::size_t lately = series.Buckets(kShiftOver);
    const std::size_t step = series.Buckets(hours(6));
    const std::size_t needed = lately + series.Buckets(kWeek);
    for (std::size_t back = lately; back + needed <= series.Size(); back += step) {
        off.push_back(ShiftAt(series, back));
    }
    const std::vector<double> levels{
        series.Level(lately, series.Buckets(kWeek)),
        series.Level(lately, series.Buckets(kLately)),
        series.WeekLevels()[0],
    };
    return Outside(series.Level(0, lately), levels) / std::max(SpreadOf(off), kShiftSpreadMin);
}

double DriftOf(const Deseasoned& series) {
    const std::size_t lately = series.Buckets(kDriftOver);
    std::vector<double> off;
    const std::size_t week = series.Buckets(kWeek);
    for (std::size_t k = 0; k < series.WeekLevels().size(); ++k) {
        for (std::size_t part = 0; part + lately <= week; part += lately / 2) {
            off.push_back(series.Level((k + 1) * week + part, lately) - series.WeekLevels()[k]);
        }
    }
    return Outside(series.Level(0, lately), series.WeekLevels()) /
           std::max(SpreadOf(off), kDriftSpreadMin);
}

constexpr std::array<std::string_view, 3> kShapes{"spike", "shift", "drift"};

}  // namespace

std::string_view ToString(AnomalyShape shape) noexcept {
    return kShapes.at(static_cast<std::size_t>(shape));
}

std::optional<AnomalyScores>
ScoreLast(std::span<const std::optional<double>> values, Duration bucket) {
    const auto week = static_cast<std::size_t>(kWeek / bucket);
    if (values.size() < (kWeeksMin + 1) * week || !values.back()) {
        return std::nullopt;
    }
    const Deseasoned series(values, bucket);
    AnomalyScores scores;
    scores[0].spreads = SpikeOf(series);
    scores[1].spreads = ShiftOf(series);
    scores[2].spreads = DriftOf(series);
    const double level = series.Level(1, series.Buckets(kLately));
    for (AnomalyScore& score : scores) {
        score.expected = std::max(0.0, series.Expected(level));
        score.confidence = std::erf(std::abs(score.spreads) / std::sqrt(2.0));
    }
    return scores;
}

}  // namespace sightglass::alert
