// The last few server-sent events of a stream, kept while it passes at the cost of a memcpy: usage, finish reason and errors
// stand there, and nothing else has to be read once the first token was seen.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sightglass::capture {

/// Thread-safety: one thread.
class EventTail {
public:
    /// Of an event that is longer than `bytes_max`, at least so many of its last bytes are kept, and at most twice as many.
    explicit EventTail(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

    void Add(std::string_view bytes);

    /// The last events, whole, oldest first: at least `kEventsKept` of them where there were so many.
    std::string_view Text() const noexcept { return text_; }

    /// The text begins within a line, because one event alone is larger than the bound.
    bool Cut() const noexcept { return cut_; }

    void Reset() noexcept;

    static constexpr int kEventsKept = 8;

private:
    void MakeRoom(std::size_t size);
    std::size_t StartOfLastEvents() const noexcept;

    std::size_t bytes_max_;
    std::size_t room_ = kRoomMin;
    std::string text_;
    bool cut_ = false;

    static constexpr std::size_t kRoomMin = 4U << 10;
};

}  // namespace sightglass::capture
