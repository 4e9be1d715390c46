#include "live/view.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "call/fields.h"

namespace sightglass::live {
namespace {

constexpr std::string_view kOther = "other";
constexpr char kEnd = '\0';

std::string_view TagOf(const Call& call, std::string_view name) noexcept {
    for (const auto& [tag, value] : call.tags) {
        if (tag == name) {
            return value;
        }
    }
    return {};
}

/// The value's text; without a copy where the field is text.
void AppendValue(const Dimension& dimension, const Call& call, std::string& out) {
    if (dimension.field == nullptr) {
        out += TagOf(call, dimension.tag);
    } else if (const auto* text = std::get_if<std::string Call::*>(&dimension.field->member)) {
        out += call.**text;
    } else {
        out += DisplayText(*dimension.field, call);
    }
}

}  // namespace

View::View(ViewSpec spec, Time since) : spec_(std::move(spec)), since_(since) {
    for (const std::string& name : spec_.group_by) {
        dimensions_.push_back(FindDimension(name).value_or(Dimension{}));
        other_key_ += kOther;
        other_key_ += kEnd;
    }
}

void View::WriteKey(const Call& call, std::string& key) const {
    key.clear();
    for (const Dimension& dimension : dimensions_) {
        AppendValue(dimension, call, key);
        key += kEnd;
    }
}

std::vector<std::string> View::NamesOf(const std::string& key) const {
    std::vector<std::string> names;
    std::string_view rest = key;
    for (std::size_t i = 0; i < dimensions_.size(); ++i) {
        const std::size_t end = std::min(rest.find(kEnd), rest.size());
        names.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return names;
}

bool View::Add(const Call& call, const Reading& reading, bool may_grow) {
    WriteKey(call, key_);
    auto found = all_.find(key_);
    bool made = false;
    if (found == all_.end()) {
        if (!may_grow) {
            waiting_.Add(key_);
            has_other_ = true;
            other_.track.Add(reading);
            return false;
        }
        found = all_.emplace(key_, Series{}).first;
        found->second.whole_since = since_;
        made = true;
    }
    found->second.track.Add(reading);
    found->second.weight += 1;
    return made;
}

void View::SetCoveredSince(Time since) {
    for (auto& [key, series] : all_) {
        if (series.whole_since == since_) {
            series.whole_since = since;
        }
    }
    since_ = since;
}

std::optional<std::vector<Group>> View::Values(const Windows::Question& question) const {
    const Duration window = question.to - question.from;
    if (question.from < since_) {
        return std::nullopt;
    }
    std::vector<Group> groups;
    groups.reserve(all_.size() + 1);
    const Spread spread = SpreadOf(*question.metric);
    WindowTotals totals;
    const auto add = [&](std::vector<std::string> names, const Series& series) {
        totals.sums = {};
        totals.latency.Clear();
        totals.ttft.Clear();
        series.track.Collect(question.from, question.to, question.now, spread, totals);
        groups.push_back(
            {std::move(names), ValueOf(*question.metric, totals, window), totals.sums.calls}
        );
    };
    for (const auto& [key, series] : all_) {
        if (question.from >= series.whole_since) {
            add(NamesOf(key), series);
        }
    }
    if (has_other_) {
        add(NamesOf(other_key_), other_);
    }
    return groups;
}

void View::Fold(All::iterator at) {
    other_.track.Merge(at->second.track);
    has_other_ = true;
    all_.erase(at);
}

std::size_t View::Sweep(Time now, double fade) {
    for (auto at = all_.begin(); at != all_.end();) {
        at->second.track.Forget(now, false);
        at->second.weight *= fade;
        at = at->second.track.Empty() ? all_.erase(at) : std::next(at);
    }
    other_.track.Forget(now, false);
    has_other_ = has_other_ && !other_.track.Empty();
    std::size_t folded = 0;
    for (const sketch::HeavyHitters::Hitter& hitter : waiting_.Top(kWaitingMax)) {
        const auto smallest =
            std::min_element(all_.begin(), all_.end(), [](const auto& a, const auto& b) {
                return a.second.weight < b.second.weight;
            });
        const auto surely = static_cast<double>(hitter.count - hitter.error);
        if (smallest == all_.end() || surely <= smallest->second.weight) {
            break;
        }
        Fold(smallest);
        Series series;
        series.whole_since = now;  // Its calls so far are in "other".
        series.weight = surely;
        all_.emplace(hitter.name, std::move(series));
        waiting_.Remove(hitter.name);
        ++folded;
    }
    return folded;
}

std::size_t View::Bytes() const noexcept {
    constexpr std::size_t kPerSeries = 64;  // Of the map: its node, its place, the key beyond it.
    std::size_t bytes = sizeof(View) + other_.track.Bytes();
    for (const auto& [key, series] : all_) {
        bytes += sizeof(All::value_type) + kPerSeries + key.capacity() + series.track.Bytes();
    }
    return bytes;
}

}  // namespace sightglass::live
