#include "alert/teller.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <tuple>
#include <utility>

#include "alert/alert_text.h"
#include "base/log.h"
#include "notify/signature.h"

namespace sightglass::alert {
namespace {

using notify::NoticeState;

constexpr std::size_t kIdHexDigits = 32;
constexpr Duration kForgetTimingAfter = std::chrono::hours(24);

const Route& DefaultRoute() {
    static const Route route;
    return route;
}

const Route&
RouteOf(const std::vector<Route>& routes, const Monitor& monitor, const AlertState& state) {
    for (const Route& route : routes) {
        if (MeetsAll(route.matchers, monitor, state.group)) {
            return route;
        }
    }
    return DefaultRoute();
}

notify::Severity SeverityOf(const Monitor& monitor) {
    switch (monitor.severity) {
        case Severity::kInfo:
            return notify::Severity::kInfo;
        case Severity::kCritical:
            return notify::Severity::kCritical;
        default:
            return notify::Severity::kWarning;
    }
}

std::string LinkTo(std::string_view dashboard, const Monitor& monitor, std::string_view key) {
    if (dashboard.empty()) {
        return {};
    }
    std::string link(dashboard);
    link += "/ui/alerts?monitor=" + notify::PercentEncode(monitor.id);
    if (!key.empty()) {
        link += "&alert=" + notify::PercentEncode(key);
    }
    return link;
}

notify::Notice
NoticeOf(const Monitor& monitor, const AlertState& state, NoticeState what, std::string link) {
    notify::Notice notice;
    notice.alert_key = state.key;
    notice.monitor_id = monitor.id;
    notice.monitor_name = monitor.name;
    notice.state = what;
    notice.severity = SeverityOf(monitor);
    notice.title = TitleOf(monitor, state);
    notice.message = MessageOf(monitor, state);
    if (state.value) {
        notice.values.emplace_back(monitor.metric, ValueText(monitor, state));
    }
    notice.values.emplace_back("threshold", ThresholdText(monitor));
    const std::vector<std::string> names = GroupNames(monitor);
    for (std::size_t i = 0; i < names.size() && i < state.group.size(); ++i) {
        notice.labels.emplace_back(names[i], state.group[i]);
    }
    notice.started_at = state.fired_at.empty() ? state.since : state.fired_at.back();
    notice.ended_at = what == NoticeState::kResolved ? state.since : Time{};
    notice.link = std::move(link);
    return notice;
}

/// Enough time went by, whatever the clock did.
bool HasPassed(Time since, Duration wait, Time now) {
    return since > now || now - since >= wait;
}

}  // namespace

const Silence* FindSilence(
    const std::vector<Silence>& silences,
    const Monitor& monitor,
    const std::vector<std::string>& group,
    Time now
) {
    const auto found = std::find_if(silences.begin(), silences.end(), [&](const Silence& silence) {
        return silence.IsActive(now) && MeetsAll(silence.matchers, monitor, group);
    });
    return found == silences.end() ? nullptr : &*found;
}

void Teller::Sort(Watch& watch, const TellingRules& rules, Time now, Bundles& bundles) const {
    const Monitor& monitor = *watch.monitor;
    for (auto& [group, state] : watch.states) {
        const bool firing = state.status == AlertStatus::kFiring;
        if (!firing && !state.told) {
            continue;
        }
        const Route& route =
            monitor.channels.empty() ? RouteOf(rules.routes, monitor, state) : DefaultRoute();
        // A single alert goes under its own key.
        const bool single = GroupNames(monitor).empty();
        const std::string key = !state.notice_key.empty() ? state.notice_key
                                : single                  ? state.key
                                                          : monitor.id + ".route." + route.name;
        Bundle& bundle = bundles[key];
        bundle.route = &route;
        bundle.channels = monitor.channels.empty() ? route.channels : monitor.channels;
        if (!firing) {
            bundle.news.push_back({&monitor, &state, NoticeState::kResolved});
            continue;
        }
        const bool quiet = FindSilence(rules.silences, monitor, state.group, now) != nullptr;
        if (state.told) {
            bundle.firing.push_back({&monitor, &state, NoticeState::kReminder});
            if (!quiet && state.acknowledged_by.empty() && route.remind > Duration(0) &&
                HasPassed(state.told_at, route.remind, now)) {
                bundle.again.push_back(bundle.firing.back());
            }
        } else if (!quiet) {
            bundle.news.push_back({&monitor, &state, NoticeState::kFiring});
        }
    }
}

notify::NoticeGroup Teller::GroupOf(
    const std::string& key,
    const std::vector<Waiting>& waiting,
    std::size_t firing,
    const TellingRules& rules
) const {
    const Monitor& monitor = *waiting.front().monitor;
    std::string says = key;
    for (const Waiting& each : waiting) {
        says += '\n' + each.state->key + ' ' + std::string(ToString(each.what)) + ' ' +
                std::to_string(ToMicros(each.state->since));
        if (each.what == NoticeState::kReminder) {
            says += ' ' + std::to_string(ToMicros(each.state->told_at));
        }
    }
    notify::NoticeGroup group;
    group.id = notify::Sha256Hex(says).substr(0, kIdHexDigits);
    group.group_key = key;
    const auto over = static_cast<std::size_t>(std::count_if(
        waiting.begin(),
        waiting.end(),
        [](const Waiting& each) { return each.what == NoticeState::kResolved; }
    ));
    group.total = static_cast<std::int64_t>(firing + over);
    group.firing = static_cast<std::int64_t>(firing);
    if (group.total > 1) {
        group.title = monitor.name;
        group.link = LinkTo(rules.dashboard, monitor, "");
    }
    const std::size_t listed = std::min(waiting.size(), notify::Outbox::kNoticesMax);
    for (const Waiting& each : std::span(waiting).first(listed)) {
        std::string link = LinkTo(rules.dashboard, *each.monitor, each.state->key);
        group.notices.push_back(NoticeOf(*each.monitor, *each.state, each.what, std::move(link)));
    }
    return group;
}

bool Teller::HandOver(const std::vector<std::string>& channels, const notify::NoticeGroup& group)
    const {
    bool taken = false;
    for (const std::string& channel : channels.empty() ? outbox_.ChannelIds() : channels) {
        const Status status = outbox_.Enqueue(channel, group);
        taken = taken || status.Ok();
        const bool known_trouble = !status.Ok() && (status.error().code == ErrorCode::kNotFound ||
                                                    status.error().code == ErrorCode::kUnavailable);
        if (!status.Ok() && !known_trouble) {
            Log(LogLevel::kError, "alert", "hand over a notice: " + status.error().message);
        }
    }
    return taken;
}

bool Teller::Tell(const std::string& key, Bundle& bundle, const TellingRules& rules, Time now) {
    Timing& timing = timings_[key];
    if (bundle.news.empty()) {
        timing.waiting_since = Time{};
    } else if (timing.waiting_since == Time{}) {
        timing.waiting_since = now;
    }
    const bool is_news_due = !bundle.news.empty() &&
                             HasPassed(timing.told_at, bundle.route->interval, now) &&
                             HasPassed(timing.waiting_since, bundle.route->wait, now);
    if (!is_news_due && bundle.again.empty()) {
        return false;
    }
    std::vector<Waiting> told = is_news_due ? std::move(bundle.news) : std::vector<Waiting>();
    told.insert(told.end(), bundle.again.begin(), bundle.again.end());
    // What fires first, the farthest beyond the threshold before others.
    std::sort(told.begin(), told.end(), [](const Waiting& a, const Waiting& b) {
        const double of_a = std::abs(a.state->value.value_or(0));
        const double of_b = std::abs(b.state->value.value_or(0));
        return std::tie(a.what, of_b, a.state->key) < std::tie(b.what, of_a, b.state->key);
    });
    const auto fired = std::count_if(told.begin(), told.end(), [](const Waiting& each) {
        return each.what == NoticeState::kFiring;
    });
    const std::size_t firing = bundle.firing.size() + static_cast<std::size_t>(fired);
    if (!HandOver(bundle.channels, GroupOf(key, told, firing, rules))) {
        return false;
    }
    timing.told_at = now;
    timing.waiting_since = Time{};
    for (const std::string& channel :
         bundle.channels.empty() ? outbox_.ChannelIds() : bundle.channels) {
        timing.said_again.try_emplace(channel, now);
    }
    for (const Waiting& each : told) {
        const bool over = each.what == NoticeState::kResolved;
        each.state->told = !over;
        each.state->told_at = now;
        each.state->notice_key = over ? std::string() : key;
    }
    bundle.news = std::move(told);
    return true;
}

void Teller::SayAgain(
    const std::string& key,
    const Bundle& bundle,
    const TellingRules& rules,
    Time now
) {
    if (bundle.firing.empty()) {
        return;
    }
    std::map<std::string, Time>& said = timings_[key].said_again;
    const auto channels = bundle.channels.empty() ? outbox_.ChannelIds() : bundle.channels;
    for (const std::string& channel : channels) {
        const auto every = outbox_.SayAgainEvery(channel);
        const auto before = said.find(channel);
        if (!every || (before != said.end() && !HasPassed(before->second, *every, now))) {
            continue;
        }
        said[channel] = now;
        for (std::size_t at = 0; at < bundle.firing.size(); at += notify::Outbox::kNoticesMax) {
            const std::size_t end =
                std::min(at + notify::Outbox::kNoticesMax, bundle.firing.size());
            const std::vector<Waiting> some(
                bundle.firing.begin() + static_cast<std::ptrdiff_t>(at),
                bundle.firing.begin() + static_cast<std::ptrdiff_t>(end)
            );
            notify::NoticeGroup group = GroupOf(key, some, bundle.firing.size(), rules);
            group.id.clear();  // Said again on purpose.
            HandOver({channel}, group);
        }
    }
}

void Teller::Tell(AlertBook& book, const TellingRules& rules, Time now) {
    Bundles bundles;
    for (auto& [id, watch] : book.Watches()) {
        Sort(watch, rules, now, bundles);
    }
    for (Watch& watch : book.Leaving()) {
        Sort(watch, rules, now, bundles);
    }
    for (auto& [key, bundle] : bundles) {
        if (Tell(key, bundle, rules, now)) {
            for (const Waiting& each : bundle.news) {
                book.Touch(*each.state);
            }
        }
        SayAgain(key, bundle, rules, now);
    }
    std::erase_if(timings_, [&](const auto& each) {
        return !bundles.contains(each.first) &&
               HasPassed(each.second.told_at, kForgetTimingAfter, now);
    });
}

}  // namespace sightglass::alert
