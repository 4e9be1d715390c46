// The events of a streamed answer out of its bytes, in whichever way the stream is framed.
//
//   StreamEvents events(1U << 20);
//   events.Start(StreamFormatOf(content_type));
//   events.Feed(bytes, [](const StreamEvent& event) { … });    // as often as bytes come
//   events.Finish([](const StreamEvent& event) { … });
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "codec/aws_event_stream.h"
#include "codec/json_stream.h"
#include "codec/line_stream.h"
#include "codec/sse.h"

namespace sightglass::codec {

/// How the events of a stream are told apart.
enum class StreamFormat : std::uint8_t {
    kNone,  ///< Not at all: a body that is read whole.
    kServerSentEvents,
    kLines,      ///< Newline-delimited JSON.
    kJsonArray,  ///< The elements of one array.
    kAwsMessages,
};

/// What the media type says. An array of JSON has the type of any JSON, so that it is never told by this.
/// Thread-safety: pure function.
StreamFormat StreamFormatOf(std::string_view content_type) noexcept;

/// Thread-safety: plain value.
struct StreamEvent {
    /// Of server-sent events and AWS messages, else empty. An AWS exception's is
    /// "exception:" and its type; an AWS error's "exception:" and its code.
    std::string_view name;
    std::string_view data;
    bool truncated = false;  ///< The middle of the data is missing.
};

/// Thread-safety: one thread at a time.
class StreamEvents {
public:
    explicit StreamEvents(std::size_t event_bytes_max)
        : event_bytes_max_(event_bytes_max), reader_(SseReader(event_bytes_max)) {}

    /// Forgets what was read and begins a stream of that format; not kNone.
    void Start(StreamFormat format);

    /// Reads bytes and calls consume(const StreamEvent&) for each event that ends in them. The views
    /// are valid within the call.
    template <typename Consume>
    void Feed(std::string_view bytes, Consume&& consume) {
        if (auto* const sse = std::get_if<SseReader>(&reader_); sse != nullptr) {
            sse->Feed(bytes, [&consume](const SseEvent& event) {
                consume(StreamEvent{event.name, event.data, event.truncated});
            });
            return;
        }
        StreamEvent event;
        while (!bytes.empty()) {
            if (Next(bytes, event)) {
                consume(event);
            }
        }
    }

    /// Calls consume for an event that was begun and has data, at the end of the stream.
    template <typename Consume>
    void Finish(Consume&& consume) {
        if (auto* const sse = std::get_if<SseReader>(&reader_); sse != nullptr) {
            sse->Finish([&consume](const SseEvent& event) {
                consume(StreamEvent{event.name, event.data, event.truncated});
            });
            return;
        }
        if (StreamEvent event; Last(event)) {
            consume(event);
        }
    }

    /// False where the stream's own framing says that more would have come, or is broken.
    bool Complete() const noexcept;

private:
    bool Next(std::string_view& bytes, StreamEvent& event);
    bool Last(StreamEvent& event);
    void SetMessage(const AwsMessage& message, StreamEvent& event);

    std::size_t event_bytes_max_;
    std::variant<SseReader, LineReader, JsonElementReader, AwsMessageReader> reader_;
    std::string exception_;  // The name of the event that was handed out last, where it is one.
};

}  // namespace sightglass::codec
