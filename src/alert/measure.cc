#include "alert/measure.h"

#include <array>
#include <utility>

#include "alert/stored_rows.h"
#include "analytics/filter_text.h"
#include "live/outlook.h"
#include "live/sums.h"
#include "live/track.h"
#include "store/matching.h"

namespace sightglass::alert {
namespace {

using live::Windows;

/// Values of every group over [from, to), by the group's text.
using ByGroup = std::unordered_map<std::string, std::optional<double>>;

std::optional<std::vector<live::Group>>
Ask(const Monitor& monitor, const Windows& windows, const Windows::Question& question) {
    auto groups = windows.Values(ViewName(monitor), question);
    if (groups && groups->empty() && monitor.group_by.empty()) {
        const live::WindowTotals none;
        groups->push_back(
            {.names = {},
             .value = live::ValueOf(*question.metric, none, question.to - question.from),
             .calls = 0}
        );
    }
    return groups;
}

std::optional<ByGroup>
AskByGroup(const Monitor& monitor, const Windows& windows, const Windows::Question& question) {
    const auto groups = Ask(monitor, windows, question);
    if (!groups) {
        return std::nullopt;
    }
    ByGroup values;
    for (const live::Group& group : *groups) {
        if (CanCompareWith(monitor, group.calls)) {
            values.emplace(JoinGroup(group.names), group.value);
        }
    }
    return values;
}

std::optional<double> ValueIn(const ByGroup& values, const std::vector<std::string>& group) {
    const auto found = values.find(JoinGroup(group));
    return found == values.end() ? std::nullopt : found->second;
}

/// Of one kind of limit.
Reading ReadingOf(
    const Monitor& monitor,
    const live::Headroom& headroom,
    const live::LimitState& state,
    std::string_view of
) {
    const live::Outlook outlook = live::OutlookOf(state);
    Reading reading;
    reading.group = {
        headroom.provider,
        headroom.organization,
        headroom.model,
        headroom.api_key,
        std::string(of)};
    reading.calls = state.last_minute;
    if (monitor.metric == "limit_used_percent") {
        reading.value = outlook.percent_used;
    } else {
        // Not at the present rate: farther off than any threshold.
        reading.value = outlook.minutes_to_429.value_or(1e9);
    }
    return reading;
}

/// What was said so long ago says nothing about now.
constexpr Duration kHeadroomKnownFor = std::chrono::minutes(10);

}  // namespace

std::string JoinGroup(const std::vector<std::string>& group) {
    std::string joined;
    for (const std::string& name : group) {
        joined += name;
        joined += '\0';
    }
    return joined;
}

std::vector<std::string> GroupNames(const Monitor& monitor) {
    std::vector<std::string> names = monitor.group_by;
    if (monitor.kind == Kind::kAnomaly) {
        names.emplace_back("shape");
    }
    if (monitor.kind == Kind::kHeadroom) {
        names = {"provider", "organization", "model", "api_key", "of"};
    }
    return names;
}

bool IsLive(const Monitor& monitor) {
    const Metric* const metric = FindMetric(monitor.metric);
    const bool kind = monitor.kind == Kind::kThreshold || monitor.kind == Kind::kChange ||
                      monitor.kind == Kind::kBurnRate;
    const Duration past =
        monitor.kind == Kind::kChange ? monitor.window + monitor.condition.period : monitor.window;
    return kind && metric != nullptr && live::IsLiveMetric(*metric) &&
           past <= live::Track::kCoarseFor;
}

std::string ViewName(const Monitor& monitor) {
    return "monitor\n" + monitor.filter + '\n' + JoinGroup(monitor.group_by);
}

live::ViewSpec ViewOf(const Monitor& monitor) {
    live::ViewSpec spec;
    spec.group_by = monitor.group_by;
    auto filters = analytics::ParseFilters({monitor.filter}, {});
    if (filters.Ok() && !filters->empty()) {
        spec.takes = [filters = std::move(filters).value()](const Call& call) {
            return store::MatchesAll(filters, call);
        };
    }
    return spec;
}

std::optional<Measured> MeasureLive(const Monitor& monitor, const Windows& windows, Time now) {
    Windows::Question question{
        .metric = FindMetric(monitor.metric),
        .from = now - monitor.window,
        .to = now,
        .now = now};
    auto groups = Ask(monitor, windows, question);
    if (!groups) {
        return std::nullopt;
    }
    std::optional<ByGroup> others = ByGroup();
    if (monitor.kind == Kind::kChange) {
        question.from -= monitor.condition.period;
        question.to -= monitor.condition.period;
        others = AskByGroup(monitor, windows, question);
    } else if (monitor.kind == Kind::kBurnRate) {
        question.from = now - monitor.condition.short_window;
        others = AskByGroup(monitor, windows, question);
    }
    if (!others) {
        return std::nullopt;
    }
    Measured measured;
    measured.readings.reserve(groups->size());
    for (live::Group& group : *groups) {
        Reading& reading = measured.readings.emplace_back();
        reading.value = group.value;
        reading.calls = group.calls;
        (monitor.kind == Kind::kChange ? reading.before : reading.short_value) =
            others->empty() ? std::nullopt : ValueIn(*others, group.names);
        reading.group = std::move(group.names);
    }
    return measured;
}

Measured
MeasureHeadroom(const Monitor& monitor, const std::vector<live::Headroom>& headrooms, Time now) {
    Measured measured;
    for (const live::Headroom& headroom : headrooms) {
        if (now - headroom.at > kHeadroomKnownFor) {
            continue;
        }
        const live::RecentUse::Rate rate = headroom.use.LastMinute(now);
        const auto add = [&](std::string_view of,
                             const std::array<OptionalInt, 3>& said,
                             std::int64_t last_minute) {
            if (!said[0] || !said[1]) {
                return;
            }
            const live::LimitState state{
                .limit = *said[0],
                .remaining = *said[1],
                .reset_us = said[2],
                .age = now - headroom.at,
                .last_minute = last_minute};
            measured.readings.push_back(ReadingOf(monitor, headroom, state, of));
        };
        add("requests",
            {headroom.limit_requests, headroom.remaining_requests, headroom.reset_requests_us},
            rate.requests);
        add("tokens",
            {headroom.limit_tokens, headroom.remaining_tokens, headroom.reset_tokens_us},
            rate.tokens);
    }
    return measured;
}

Period PeriodOf(Time now, Duration length) {
    using std::chrono::days;
    if (length >= days(28) && length <= days(31)) {
        const auto day = std::chrono::floor<days>(now);
        const std::chrono::year_month_day date(day);
        const auto month = date.year() / date.month();
        return {
            Time(std::chrono::sys_days(month / std::chrono::day(1))),
            Time(std::chrono::sys_days((month + std::chrono::months(1)) / std::chrono::day(1)))};
    }
    const Time begin = store::BucketStart(now, length);
    return {begin, begin + length};
}

}  // namespace sightglass::alert
