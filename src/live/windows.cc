#include "live/windows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "base/mutex.h"
#include "live/track.h"
#include "live/view.h"

namespace sightglass::live {
namespace {

constexpr std::size_t kCallsPerLock = 256;
/// As many as stay in the cache beside a view's newest entries.
constexpr std::size_t kCallsPerView = 16;
constexpr Duration kSweepInterval = std::chrono::seconds(10);
constexpr double kFadePerSweep = 0.9977;  // A half in 50 minutes.
constexpr double kRoomAfterTrim = 0.9;

struct Watched {
    View view;
    std::size_t watchers = 1;
};

struct All {
    std::map<std::string, Watched> views;
    Time swept;
    std::size_t series = 0;
    std::size_t bytes = 0;
    std::uint64_t folded = 0;

    /// At most kCallsPerView.
    void Add(const WindowsOptions& options, std::span<const Call> calls, Time now);
    void Sweep(const WindowsOptions& options, Time now);
    void Measure();
    void Trim(const WindowsOptions& options, Time now);
};

/// A series and where it is, for choosing among those of all views.
struct Place {
    View* view = nullptr;
    View::All::iterator at;
};

void All::Add(const WindowsOptions& options, std::span<const Call> calls, Time now) {
    std::array<Reading, kCallsPerView> readings;
    std::array<const Call*, kCallsPerView> kept{};
    std::size_t count = 0;
    for (const Call& call : calls) {
        const Time at = std::min(call.ended_at.value_or(now), now);
        if (at >= now - Track::kCoarseFor) {
            readings[count] = Reading::Of(call, at);
            kept[count++] = &call;
        }
    }
    for (auto& [name, watched] : views) {
        View& view = watched.view;
        for (std::size_t i = 0; i < count; ++i) {
            const bool may_grow =
                series < options.series_max && view.Size() < options.series_per_view_max;
            if (view.Takes(*kept[i]) && view.Add(*kept[i], readings[i], may_grow)) {
                ++series;
            }
        }
    }
}

void All::Measure() {
    series = 0;
    bytes = 0;
    for (const auto& [name, watched] : views) {
        series += watched.view.Size();
        bytes += watched.view.Bytes();
    }
}

void All::Sweep(const WindowsOptions& options, Time now) {
    swept = now;
    for (auto& [name, watched] : views) {
        folded += watched.view.Sweep(now, kFadePerSweep);
    }
    Measure();
    if (bytes > options.bytes_max) {
        Trim(options, now);
        Measure();
    }
}

/// The smallest series first lose what is older than 15 minutes, and then themselves, until there is
/// room again.
void All::Trim(const WindowsOptions& options, Time now) {
    std::vector<Place> places;
    for (auto& [name, watched] : views) {
        View::All& all = watched.view.all();
        for (auto at = all.begin(); at != all.end(); ++at) {
            places.push_back({&watched.view, at});
        }
    }
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        return a.at->second.weight < b.at->second.weight;
    });
    const auto enough =
        static_cast<std::size_t>(kRoomAfterTrim * static_cast<double>(options.bytes_max));
    const Time fine_since = now - Track::kFineFor;
    for (const Place& place : places) {
        if (bytes <= enough) {
            return;
        }
        View::Series& one = place.at->second;
        const std::size_t before = one.track.Bytes();
        if (one.track.HasCoarse(fine_since)) {
            one.track.Forget(now, true);
            one.whole_since = std::max(one.whole_since, fine_since);
            bytes -= before - std::min(before, one.track.Bytes());
        }
    }
    for (const Place& place : places) {
        if (bytes <= enough) {
            return;
        }
        bytes -= std::min(bytes, place.at->second.track.Bytes());
        place.view->Fold(place.at);
        ++folded;
    }
}

}  // namespace

struct Windows::State {
    explicit State(WindowsOptions given) : options(given) {}

    const WindowsOptions options;
    Guarded<All> all;
};

Windows::Windows(WindowsOptions options) : state_(std::make_unique<State>(options)) {}

Windows::~Windows() = default;

void Windows::Watch(const std::string& name, ViewSpec spec, Time now) {
    state_->all.With([&](All& all) {
        const auto found = all.views.find(name);
        if (found != all.views.end()) {
            ++found->second.watchers;
        } else {
            all.views.emplace(name, Watched{.view = View(std::move(spec), now)});
        }
    });
}

void Windows::Unwatch(const std::string& name) {
    state_->all.With([&](All& all) {
        const auto found = all.views.find(name);
        if (found != all.views.end() && --found->second.watchers == 0) {
            all.views.erase(found);
        }
    });
}

void Windows::Add(std::span<const Call> calls, Time now) {
    while (!calls.empty()) {
        const std::span<const Call> some = calls.first(std::min(calls.size(), kCallsPerLock));
        state_->all.With([&](All& all) {
            for (std::size_t i = 0; i < some.size(); i += kCallsPerView) {
                all.Add(
                    state_->options,
                    some.subspan(i, std::min(kCallsPerView, some.size() - i)),
                    now
                );
            }
            if (now - all.swept >= kSweepInterval || now < all.swept) {
                all.Sweep(state_->options, now);
            }
        });
        calls = calls.subspan(some.size());
    }
}

void Windows::SetCoveredSince(Time since) {
    state_->all.With([&](All& all) {
        for (auto& [name, watched] : all.views) {
            watched.view.SetCoveredSince(since);
        }
    });
}

std::optional<std::vector<Group>> Windows::Values(const std::string& view, const Question& question)
    const {
    return state_->all.With([&](const All& all) -> std::optional<std::vector<Group>> {
        const auto found = all.views.find(view);
        return found == all.views.end() ? std::nullopt : found->second.view.Values(question);
    });
}

WindowsStats Windows::GetStats() const {
    return state_->all.With([](const All& all) {
        WindowsStats stats{all.views.size(), 0, 0, all.folded};
        for (const auto& [name, watched] : all.views) {
            stats.series += watched.view.Size();
            stats.bytes += watched.view.Bytes();
        }
        return stats;
    });
}

}  // namespace sightglass::live
