#include "sketch/heavy_hitters.h"

#include <algorithm>

namespace sightglass::sketch {

HeavyHitters::HeavyHitters(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {}

/// Takes the name's place among the counts anew.
void HeavyHitters::Move(Names::iterator at, std::uint64_t count) {
    const auto range = by_count_.equal_range(at->second.count);
    const auto found =
        std::find_if(range.first, range.second, [&](const auto& one) { return one.second == at; });
    if (found != range.second) {
        by_count_.erase(found);
    }
    at->second.count = count;
    by_count_.emplace(count, at);
}

const HeavyHitters::Hitter& HeavyHitters::Add(std::string_view name, std::uint64_t count) {
    if (const auto found = by_name_.find(name); found != by_name_.end()) {
        Move(found, found->second.count + count);
        return found->second;
    }
    std::uint64_t inherited = 0;
    if (by_name_.size() >= capacity_) {
        const auto least = by_count_.begin();
        inherited = least->first;
        by_name_.erase(least->second);
        by_count_.erase(least);
    }
    const auto made =
        by_name_.emplace(name, Hitter{std::string(name), inherited + count, inherited}).first;
    by_count_.emplace(made->second.count, made);
    return made->second;
}

void HeavyHitters::Remove(std::string_view name) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
        return;
    }
    const auto range = by_count_.equal_range(found->second.count);
    by_count_.erase(std::find_if(range.first, range.second, [&](const auto& one) {
        return one.second == found;
    }));
    by_name_.erase(found);
}

void HeavyHitters::Halve() {
    by_count_.clear();
    for (auto at = by_name_.begin(); at != by_name_.end(); ++at) {
        at->second.count /= 2;
        at->second.error /= 2;
        by_count_.emplace(at->second.count, at);
    }
}

std::vector<HeavyHitters::Hitter> HeavyHitters::Top(std::size_t count) const {
    std::vector<Hitter> top;
    for (auto at = by_count_.rbegin(); at != by_count_.rend() && top.size() < count; ++at) {
        top.push_back(at->second->second);
    }
    return top;
}

}  // namespace sightglass::sketch
