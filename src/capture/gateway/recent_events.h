// The last few events of a stream that is not made of text lines, kept while it passes: as EventTail, for the framings in which the
// start of an event cannot be found from its end.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace sightglass::capture {

/// Thread-safety: one thread.
class RecentEvents {
public:
    /// Beyond `bytes_max` in all, the oldest go.
    explicit RecentEvents(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

    void Add(std::string_view name, std::string_view data);

    /// Calls visit(name, data) for each that is kept, oldest first.
    template <typename Visit>
    void ForEach(Visit&& visit) const {
        for (std::size_t i = first_; i < next_; ++i) {
            const Event& event = events_[i % kEventsKept];
            visit(std::string_view(event.name), std::string_view(event.data));
        }
    }

    /// Gives back what memory it took.
    void Reset() noexcept;

    static constexpr std::size_t kEventsKept = 8;

private:
    struct Event {
        std::string name;
        std::string data;
    };

    void DropFirst() noexcept;

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::size_t first_ = 0;
    std::size_t next_ = 0;
    std::array<Event, kEventsKept> events_;
};

}  // namespace sightglass::capture
