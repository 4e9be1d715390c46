#include "pipeline/backlog.h"

#include <algorithm>

namespace sightglass::pipeline {

Backlog::Age Backlog::AgeAt(SteadyTime now, std::uint64_t appended, std::uint64_t waiting) {
    if (marks_.empty()) {
        left_before_ = waiting > appended ? waiting - appended : 0;
        marks_.push_back({0, now});
    }
    const std::uint64_t total = left_before_ + appended;
    if (waiting == 0) {
        marks_.assign(1, {total, now});
        interval_ = kMarkInterval;
        return {};
    }
    if (total > marks_.back().bytes && now - marks_.back().at >= interval_) {
        marks_.push_back({total, now});
    }
    const std::uint64_t known = total - std::min(total, waiting);
    const auto later = std::upper_bound(
        marks_.begin() + 1,
        marks_.end(),
        known,
        [](std::uint64_t bytes, const Mark& mark) { return bytes < mark.bytes; }
    );
    marks_.erase(marks_.begin(), later - 1);
    if (marks_.size() > kMarksMax) {
        Thin();
    }
    return now - marks_.front().at;
}

/// Leaves out every second one, but not the first.
void Backlog::Thin() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < marks_.size(); i += 2) {
        marks_[kept++] = marks_[i];
    }
    marks_.resize(kept);
    interval_ *= 2;
}

}  // namespace sightglass::pipeline
