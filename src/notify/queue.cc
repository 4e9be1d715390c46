#include "notify/queue.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace sightglass::notify {
namespace {

constexpr std::chrono::minutes kMinute{1};

template <typename List>
auto Place(List& waiting, std::int64_t id) {
    return std::lower_bound(
        waiting.begin(),
        waiting.end(),
        id,
        [](const Waiting& each, std::int64_t wanted) { return each.id < wanted; }
    );
}

}  // namespace

void Queue::Put(Waiting waiting) {
    const auto place = Place(waiting_, waiting.id);
    if (place == waiting_.end() || place->id != waiting.id) {
        waiting_.insert(place, std::move(waiting));
    }
}

SteadyTime Queue::FreeAt(int rate_per_minute) const {
    const auto most = static_cast<std::size_t>(rate_per_minute);
    const SteadyTime rate =
        sent_.size() < most ? SteadyTime{} : sent_[sent_.size() - most] + kMinute;
    return std::max(paused_until_, rate);
}

std::optional<std::int64_t> Queue::Take(SteadyTime now, int rate_per_minute) {
    while (!sent_.empty() && sent_.front() + kMinute <= now) {
        sent_.pop_front();
    }
    if (under_way_ || FreeAt(rate_per_minute) > now) {
        return {};
    }
    std::unordered_set<std::size_t> held;
    for (const Waiting& waiting : waiting_) {
        const bool free = std::none_of(waiting.keys.begin(), waiting.keys.end(), [&](auto key) {
            return held.contains(key);
        });
        if (free && waiting.not_before <= now) {
            sent_.push_back(now);
            under_way_ = waiting.id;
            return waiting.id;
        }
        held.insert(waiting.keys.begin(), waiting.keys.end());
    }
    return {};
}

Waiting* Queue::UnderWay(std::int64_t id) {
    const auto place = Place(waiting_, id);
    const bool found = under_way_ == id && place != waiting_.end() && place->id == id;
    return found ? &*place : nullptr;
}

void Queue::Remove(std::int64_t id) {
    if (under_way_ == id) {
        under_way_.reset();
    }
    const auto place = Place(waiting_, id);
    if (place != waiting_.end() && place->id == id) {
        waiting_.erase(place);
    }
}

void Queue::PutBack(std::int64_t id, SteadyTime when) {
    if (Waiting* const waiting = UnderWay(id); waiting != nullptr) {
        waiting->not_before = when;
        under_way_.reset();
    }
}

void Queue::Pause(SteadyTime when) {
    paused_until_ = std::max(paused_until_, when);
}

std::optional<SteadyTime> Queue::Next(SteadyTime now, int rate_per_minute) const {
    if (under_way_ || waiting_.empty()) {
        return {};
    }
    SteadyTime soonest = SteadyTime::max();
    for (const Waiting& waiting : waiting_) {
        // One whose time has come is held by an earlier one, or by what FreeAt says.
        if (waiting.not_before > now) {
            soonest = std::min(soonest, waiting.not_before);
        }
    }
    const SteadyTime free = FreeAt(rate_per_minute);
    return free > now ? free : soonest;
}

}  // namespace sightglass::notify
