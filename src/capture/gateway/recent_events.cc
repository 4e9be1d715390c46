#include "capture/gateway/recent_events.h"

namespace sightglass::capture {

void RecentEvents::Add(std::string_view name, std::string_view data) {
    const std::size_t size = name.size() + data.size();
    while (first_ < next_ && (next_ - first_ == kEventsKept || bytes_ + size > bytes_max_)) {
        DropFirst();
    }
    Event& event = events_[next_ % kEventsKept];
    event.name = name;
    event.data = data;
    bytes_ += size;
    ++next_;
}

void RecentEvents::DropFirst() noexcept {
    Event& event = events_[first_ % kEventsKept];
    bytes_ -= event.name.size() + event.data.size();
    // Long ones give their memory back, so that together they hold no more than the bound.
    constexpr std::size_t kKeptCapacityMax = 1024;
    if (event.data.capacity() > kKeptCapacityMax) {
        event = {};
    }
    ++first_;
}

void RecentEvents::Reset() noexcept {
    if (next_ == 0) {
        return;
    }
    for (Event& event : events_) {
        event = {};
    }
    bytes_ = 0;
    first_ = 0;
    next_ = 0;
}

}  // namespace sightglass::capture
