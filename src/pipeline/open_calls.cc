#include "pipeline/open_calls.h"

#include <iterator>
#include <utility>

namespace sightglass::pipeline {

void OpenCalls::Insert(const Uuid& id, Open open) {
    if (const auto found = open_.find(id); found != open_.end()) {
        Erase(found);
    }
    ++count_by_segment_[open.segment];
    open_.emplace(id, std::move(open));
}

void OpenCalls::Erase(ById::iterator found) {
    const auto count = count_by_segment_.find(found->second.segment);
    if (--count->second == 0) {
        count_by_segment_.erase(count);
    }
    open_.erase(found);
}

void OpenCalls::Begin(
    const Uuid& id,
    std::string_view begin,
    std::uint64_t segment,
    SteadyTime now
) {
    if (!ended_.contains(id)) {
        Insert(id, {.begin = std::string(begin), .segment = segment, .read_at = now});
    }
}

bool OpenCalls::Carried(
    const Uuid& id,
    std::string_view begin,
    std::uint64_t segment,
    SteadyTime now
) {
    const auto found = open_.find(id);
    if (found != open_.end()) {
        Open open = std::move(found->second);
        Erase(found);
        open.segment = segment;
        open.carried = true;
        open.carrying = false;
        Insert(id, std::move(open));
        return false;
    }
    if (recovering_ && !ended_.contains(id)) {
        Open open{.begin = std::string(begin), .segment = segment, .carried = true, .read_at = now};
        Insert(id, std::move(open));
        return false;
    }
    return recovering_;  // Later on, it ended between the two, and kCallClosed follows.
}

bool OpenCalls::End(const Uuid& id) {
    if (recovering_) {
        ended_.insert(id);
    }
    const auto found = open_.find(id);
    if (found == open_.end()) {
        return false;
    }
    const bool carried = found->second.carried;
    Erase(found);
    return carried;
}

void OpenCalls::Closed(const Uuid& id) {
    const auto found = open_.find(id);
    if (found != open_.end()) {
        Erase(found);
    }
}

std::vector<OpenCalls::Open> OpenCalls::FinishRecovery() {
    recovering_ = false;
    std::unordered_set<Uuid>().swap(ended_);
    std::vector<Open> all;
    all.reserve(open_.size());
    for (auto& [id, open] : open_) {
        all.push_back(std::move(open));
    }
    open_.clear();
    count_by_segment_.clear();
    return all;
}

std::vector<std::pair<Uuid, OpenCalls::Open>> OpenCalls::TakeOlderThan(SteadyTime time) {
    std::vector<std::pair<Uuid, Open>> old;
    for (auto open = open_.begin(); open != open_.end();) {
        const auto next = std::next(open);
        if (open->second.read_at < time) {
            old.emplace_back(open->first, open->second);
            Erase(open);
        }
        open = next;
    }
    return old;
}

std::size_t OpenCalls::CountIn(std::uint64_t segment) const {
    const auto found = count_by_segment_.find(segment);
    return found != count_by_segment_.end() ? found->second : 0;
}

}  // namespace sightglass::pipeline
