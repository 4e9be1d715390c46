#include "alert/replay.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "alert/anomaly.h"
#include "alert/evaluate.h"
#include "alert/state_machine.h"
#include "alert/stored_rows.h"
#include "analytics/names.h"
#include "store/matching.h"

namespace sightglass::alert {
namespace {

constexpr std::size_t kRowsMax = 200'000;

/// Of anomalies, which look at six weeks each time.
constexpr std::size_t kAnomalyGroupsMax = 10;
constexpr std::size_t kAnomalyWindowsMax = 1'000;
constexpr std::size_t kPlainGroupsMax = 1'000;

/// Values of buckets by their start.
struct Series {
    std::vector<std::string> group;
    std::map<Time, StoredRow> rows;
    std::map<Time, std::optional<double>> short_rows;  // burn_rate
    Time first_at;                                     // new: of its first bucket ever looked at.
    std::int64_t calls = 0;
};

using AllSeries = std::map<std::string, Series>;
using Points = std::vector<std::pair<Time, std::optional<double>>>;

struct Loaded {
    AllSeries series;
    Time from;  ///< Later than asked for, where that would be too many rows.
};

/// How far before `from` calls are needed.
Duration PastOf(const Monitor& monitor, Time from) {
    switch (monitor.kind) {
        case Kind::kChange:
            return monitor.condition.period;
        case Kind::kAnomaly:
            return kAnomalyHistory;
        case Kind::kForecast:
            return from - PeriodOf(from, monitor.condition.period).begin;
        case Kind::kNew:
            return monitor.condition.period > Duration(0) ? monitor.condition.period
                                                          : KnownGroups::kLookBack;
        default:
            return Duration(0);
    }
}

Result<Loaded> Load(const Monitor& monitor, const store::Store& store, Time from, Time to) {
    const Asked asked{
        .from = from - PastOf(monitor, from),
        .to = to,
        .metric = monitor.metric,
        .interval = monitor.window,
        .rows_max = kRowsMax};
    SG_ASSIGN_OR_RETURN(std::vector<StoredRow> rows, AskStore(monitor, store, asked));
    Loaded loaded{.series = {}, .from = from};
    if (rows.size() == kRowsMax) {
        // They are the newest; the oldest bucket may be cut.
        const auto oldest = std::min_element(rows.begin(), rows.end(), [](auto& a, auto& b) {
            return a.at < b.at;
        });
        loaded.from = std::max(from, oldest->at + monitor.window + PastOf(monitor, from));
    }
    AllSeries& all = loaded.series;
    for (StoredRow& row : rows) {
        Series& series = all[JoinGroup(row.group)];
        series.group = row.group;
        series.calls += row.at >= from ? row.calls : 0;
        series.rows.emplace(row.at, std::move(row));
    }
    if (monitor.kind == Kind::kBurnRate) {
        Asked lately = asked;
        lately.interval = monitor.condition.short_window;
        SG_ASSIGN_OR_RETURN(std::vector<StoredRow> more, AskStore(monitor, store, lately));
        for (const StoredRow& row : more) {
            all[JoinGroup(row.group)].short_rows.emplace(row.at, row.value);
        }
    }
    return loaded;
}

/// One group's past, bucket by bucket.
class Player {
public:
    Player(const Monitor& monitor, const Series& series) : monitor_(monitor), series_(series) {
        const Metric* const metric = FindMetric(monitor.metric);
        empty_ =
            metric != nullptr && IsZeroWithoutCalls(*metric) ? std::optional(0.0) : std::nullopt;
    }

    /// At the end of the bucket that begins at `at`. `shape`: of an anomaly.
    Reading At(Time at, std::size_t shape) const;

private:
    std::optional<double> ValueAt(Time at) const {
        const auto found = series_.rows.find(at);
        return found == series_.rows.end() ? empty_ : found->second.value;
    }

    std::optional<AnomalyScore> ScoreAt(Time at, std::size_t shape) const;
    void AddForecast(Time at, Reading& reading) const;
    void AddBefore(Time at, Reading& reading) const;

    const Monitor& monitor_;
    const Series& series_;
    std::optional<double> empty_;
};

std::optional<AnomalyScore> Player::ScoreAt(Time at, std::size_t shape) const {
    std::vector<std::optional<double>> values;
    const Time first = std::max(series_.rows.begin()->first, at - kAnomalyHistory);
    for (Time bucket = first; bucket <= at; bucket += monitor_.window) {
        values.push_back(ValueAt(bucket));
    }
    const auto scores = values.empty() ? std::nullopt : ScoreLast(values, monitor_.window);
    return scores ? std::optional((*scores)[shape]) : std::nullopt;
}

void Player::AddForecast(Time at, Reading& reading) const {
    const Time now = at + monitor_.window;
    const Period period = PeriodOf(at, monitor_.condition.period);
    double sum = 0;
    for (auto row = series_.rows.lower_bound(period.begin);
         row != series_.rows.end() && row->first <= at;
         ++row) {
        sum += row->second.value.value_or(0);
    }
    reading.lately = reading.value;
    reading.value = sum;
    reading.period_left = period.end - now;
}

void Player::AddBefore(Time at, Reading& reading) const {
    const auto found = series_.rows.find(at);
    const std::int64_t calls = found == series_.rows.end() ? 0 : found->second.calls;
    reading.before = CanCompareWith(monitor_, calls) ? ValueAt(at) : std::nullopt;
}

Reading Player::At(Time at, std::size_t shape) const {
    Reading reading;
    const auto found = series_.rows.find(at);
    reading.calls = found == series_.rows.end() ? 0 : found->second.calls;
    reading.value = ValueAt(at);
    if (monitor_.kind == Kind::kChange) {
        AddBefore(store::BucketStart(at - monitor_.condition.period, monitor_.window), reading);
    } else if (monitor_.kind == Kind::kBurnRate) {
        const Duration step = monitor_.condition.short_window;
        const Time last = store::BucketStart(at + monitor_.window - step, step);
        const auto lately = series_.short_rows.find(last);
        reading.short_value = lately == series_.short_rows.end() ? empty_ : lately->second;
    } else if (monitor_.kind == Kind::kForecast) {
        AddForecast(at, reading);
    } else if (monitor_.kind == Kind::kAnomaly) {
        reading.score = ScoreAt(at, shape);
    } else if (monitor_.kind == Kind::kNew) {
        reading.is_new = at == series_.first_at;
    }
    return reading;
}

/// Whether a value is nearer to alarming than another one, or beyond it by more.
bool IsWorse(const Monitor& monitor, std::optional<double> value, std::optional<double> other) {
    if (!value || !other) {
        return value.has_value();
    }
    if (monitor.kind == Kind::kAnomaly) {
        return std::abs(*value) > std::abs(*other);
    }
    const bool above = monitor.condition.above && monitor.kind != Kind::kForecast;
    return above ? *value > *other : *value < *other;
}

/// Of each stretch the worst, so that what fired can be seen.
Points Thinned(const Monitor& monitor, Points points) {
    const std::size_t stretch = (points.size() + kReplayPointsMax - 1) / kReplayPointsMax;
    if (stretch <= 1) {
        return points;
    }
    Points kept;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i % stretch == 0) {
            kept.push_back(points[i]);
        } else if (IsWorse(monitor, points[i].second, kept.back().second)) {
            kept.back() = points[i];
        }
    }
    return kept;
}

/// What the group would have done. `from` is a bucket's start.
ReplayedGroup
Play(const Monitor& monitor, const Series& series, std::size_t shape, const Replay& replay) {
    ReplayedGroup played;
    played.group = series.group;
    played.calls = series.calls;
    if (monitor.kind == Kind::kAnomaly) {
        played.group.emplace_back(ToString(static_cast<AnomalyShape>(shape)));
    }
    const Player player(monitor, series);
    AlertState state;
    Time pending_at;
    for (Time at = replay.from; at + monitor.window <= replay.to; at += monitor.window) {
        const Time now = at + monitor.window;
        const Verdict verdict = Judge(monitor, player.At(at, shape));
        played.points.emplace_back(now, verdict.value);
        const bool was_ok = state.status == AlertStatus::kOk;
        const Transition transition = Step(monitor, verdict.outcome, now, state, monitor.window);
        if (was_ok && state.status != AlertStatus::kOk) {
            pending_at = now;
        }
        if (transition == Transition::kFired) {
            played.alerts.push_back({pending_at, now, std::nullopt, verdict.value, verdict.why});
        } else if (transition == Transition::kResolved) {
            played.alerts.back().resolved_at = now;
        }
    }
    played.points = Thinned(monitor, std::move(played.points));
    return played;
}

Status CheckHasPast(const Monitor& monitor) {
    const auto& own = OwnMetrics();
    const bool is_own = std::find(own.begin(), own.end(), monitor.metric) != own.end();
    if (is_own || monitor.kind == Kind::kHeadroom) {
        return analytics::Refuse("metric", "no past of " + monitor.metric + " is kept");
    }
    return {};
}

/// What each group's first bucket is, where there were others long enough before.
void FindFirst(AllSeries& all) {
    Time oldest = Time::max();
    for (const auto& [key, series] : all) {
        oldest = std::min(oldest, series.rows.begin()->first);
    }
    for (auto& [key, series] : all) {
        const Time first = series.rows.begin()->first;
        const bool known =
            std::any_of(series.group.begin(), series.group.end(), [](const auto& each) {
                return !each.empty();
            });
        series.first_at = known && first - oldest >= KnownGroups::kLearning ? first : Time{};
    }
}

std::vector<const Series*> Largest(const AllSeries& all, std::size_t most) {
    std::vector<const Series*> sorted;
    for (const auto& [key, series] : all) {
        if (!series.rows.empty()) {
            sorted.push_back(&series);
        }
    }
    std::sort(sorted.begin(), sorted.end(), [](const Series* a, const Series* b) {
        return a->calls > b->calls;
    });
    sorted.resize(std::min(sorted.size(), most));
    return sorted;
}

}  // namespace

Result<Replay>
ReplayMonitor(const Monitor& monitor, const store::Store& store, Time from, Time to) {
    SG_TRY(CheckHasPast(monitor));
    Replay replay;
    replay.to = store::BucketStart(to, monitor.window);
    const bool anomaly = monitor.kind == Kind::kAnomaly;
    const std::size_t windows = anomaly ? kAnomalyWindowsMax : kReplayWindowsMax;
    const Duration most = monitor.window * static_cast<std::int64_t>(windows);
    replay.from = std::max(store::BucketStart(from, monitor.window), replay.to - most);
    if (replay.from >= replay.to) {
        return analytics::Refuse("from", "at least one whole window is needed");
    }
    SG_ASSIGN_OR_RETURN(Loaded loaded, Load(monitor, store, replay.from, replay.to));
    replay.from = loaded.from;
    AllSeries& all = loaded.series;
    if (monitor.kind == Kind::kNew) {
        FindFirst(all);
    }
    const std::size_t shapes = anomaly ? static_cast<std::size_t>(AnomalyShape::kCount_) : 1;
    const auto looked_at = Largest(all, anomaly ? kAnomalyGroupsMax : kPlainGroupsMax);
    for (const Series* series : looked_at) {
        for (std::size_t shape = 0; shape < shapes; ++shape) {
            replay.groups.push_back(Play(monitor, *series, shape, replay));
            replay.alerts += static_cast<std::int64_t>(replay.groups.back().alerts.size());
        }
    }
    std::stable_sort(replay.groups.begin(), replay.groups.end(), [](const auto& a, const auto& b) {
        return std::make_pair(a.alerts.size(), a.calls) > std::make_pair(b.alerts.size(), b.calls);
    });
    const std::size_t kept = std::min(replay.groups.size(), kReplayGroupsMax);
    replay.left_out = static_cast<std::int64_t>(
        (all.size() - looked_at.size()) * shapes + replay.groups.size() - kept
    );
    replay.groups.resize(kept);
    return replay;
}

}  // namespace sightglass::alert
