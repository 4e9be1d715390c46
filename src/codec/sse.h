// Server-sent events out of a stream of bytes, split anywhere. LF, CRLF and CR end lines, also
// mixed; several data lines join with LF; lines that start with a colon are comments; the last
// event needs no blank line after it (Finish). Linear time; an event beyond `event_bytes_max` is
// cut off and marked. A byte order mark at the start is skipped.
//
// Source: WHATWG HTML, "Server-sent events", and what providers send
// (docs/formats/provider-streams.md).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "codec/bounded_text.h"

namespace sightglass::codec {

/// Thread-safety: plain value.
struct SseEvent {
    std::string_view name;  ///< Empty where it has none.
    std::string_view data;
    bool truncated = false;  ///< The middle of the data is missing.
};

/// Thread-safety: one thread at a time.
class SseReader {
public:
    explicit SseReader(std::size_t event_bytes_max = 1U << 20)
        : event_bytes_max_(event_bytes_max), line_(event_bytes_max), data_(event_bytes_max) {}

    /// Reads bytes and calls consume(const SseEvent&) for each event that ends in them. The views
    /// are valid within the call.
    template <typename Consume>
    void Feed(std::string_view bytes, Consume&& consume) {
        while (!bytes.empty()) {
            SseEvent event;
            if (Next(bytes, event)) {
                consume(event);
                Clear();
            }
        }
    }

    /// Calls consume for an event that was begun and has data, at the end of the stream.
    template <typename Consume>
    void Finish(Consume&& consume) {
        SseEvent event;
        if (Last(event)) {
            consume(event);
        }
        Reset();
    }

    /// Ready for another stream.
    void Reset() noexcept;

private:
    /// Takes bytes from the front until an event ends in them (true) or they are used up (false).
    bool Next(std::string_view& bytes, SseEvent& event);
    bool Last(SseEvent& event);
    /// One whole line, without its end. True where it ends an event.
    bool TakeLine(std::string_view line);
    void TakeData(std::string_view value);
    void Clear() noexcept;

    std::size_t event_bytes_max_;
    BoundedText line_;  // A line whose end has not come yet.
    BoundedText data_;
    std::string name_;
    bool has_data_ = false;
    bool truncated_ = false;
    bool after_cr_ = false;
    bool first_line_ = true;
};

}  // namespace sightglass::codec
