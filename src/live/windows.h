// What happened lately, by whatever monitors group by: per second for 15 minutes, by ten seconds for
// a day. A view says which calls count and what they are grouped by; its groups are bounded: the
// largest have a series each, what is left over is counted in one named "other".
//
//   windows.Watch("service:chat|model", {.takes = …, .group_by = {…}});
//   for (const Group& group : windows.Values("service:chat|model", {.metric = …, .from = …})) …
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "call/call.h"
#include "call/catalogue.h"

namespace sightglass::live {

/// Which calls a view counts, and by what. No dimension: one group of all.
/// Thread-safety: plain value; `takes` is called by the thread that adds calls.
struct ViewSpec {
    std::function<bool(const Call&)> takes = {};  ///< Null: every call.
    std::vector<std::string> group_by = {};       ///< Names of dimensions, "tag:<name>" among them.
};

/// One group's answer. An unknown dimension's value is empty.
/// Thread-safety: plain value.
struct Group {
    std::vector<std::string> names;  ///< As `group_by`; all "other" for what is left over.
    std::optional<double> value;
    std::int64_t calls = 0;  ///< In the same time.
};

struct WindowsOptions {
    std::size_t series_max = 10'000;  ///< Of all views.
    std::size_t series_per_view_max = 10'000;
    std::size_t bytes_max = 100'000'000;  ///< Beyond it, small series lose what is older than
                                          ///< 15 minutes, and then themselves, to "other".
};

struct WindowsStats {
    std::size_t views = 0;
    std::size_t series = 0;
    std::size_t bytes = 0;
    std::uint64_t folded_series = 0;  ///< That went into "other".
};

/// Thread-safety: safe for concurrent use.
class Windows {
public:
    explicit Windows(WindowsOptions options = {});
    ~Windows();

    /// Counts calls from now on, as `name`. A name that is watched already keeps what it has; it ends
    /// with as many Unwatch as there were Watch.
    void Watch(const std::string& name, ViewSpec spec, Time now);
    void Unwatch(const std::string& name);

    /// Counts each call at its end, at the latest `now`. What is older than a day counts nowhere.
    void Add(std::span<const Call> calls, Time now);

    /// Calls from `since` on were added: what was asked for a longer time is known back to there.
    void SetCoveredSince(Time since);

    struct Question {
        const Metric* metric = nullptr;  ///< IsLiveMetric.
        Time from;
        Time to;
        Time now;
    };

    /// Every group of the view that has had a call within a day. Nothing where there is no such view,
    /// or it does not know all of the time asked for.
    std::optional<std::vector<Group>> Values(const std::string& view, const Question& question)
        const;

    WindowsStats GetStats() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sightglass::live
