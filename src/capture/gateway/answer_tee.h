// Reads an answer while it passes: a whole body from a bounded copy at its end; a stream event by event, however they are framed
// (codec/stream_events.h), until the dialect knows who answers and when the first token came, and from then on only the last few
// of them. Compressed answers are decoded for reading, within a bound. What cannot be read is left unknown; forwarding does not
// notice.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "call/call.h"
#include "capture/gateway/body_copy.h"
#include "capture/gateway/event_tail.h"
#include "capture/gateway/recent_events.h"
#include "codec/compression.h"
#include "codec/stream_events.h"
#include "dialect/dialect.h"
#include "net/http1.h"

namespace sightglass::capture {

/// Thread-safety: one thread.
class AnswerTee {
public:
    explicit AnswerTee(std::size_t body_bytes_max);

    /// An answer to `call` begins. `dialect` must outlive it.
    void Start(const net::ResponseHead& head, const dialect::Dialect& dialect, const Call& call);

    /// Payload bytes, without their framing, that came at `at`.
    void Feed(std::string_view payload, Time at, Call& call);

    /// True once a stream's own end mark ("[DONE]") has passed, after which clients may stop to listen.
    bool SawEndMark() const noexcept { return saw_end_mark_; }

    /// Whether Feed needs to know the time.
    bool NeedsTime() const noexcept { return mode_ == Mode::kEvents; }

    /// How much of the answer may be fed at a time: less where it has to be decoded.
    std::size_t FeedBytesMax() const noexcept {
        return decoder_ == nullptr ? ~std::size_t{0} : kEncodedFeedBytesMax;
    }

    /// True, once each time, after so much was decoded that other connections are to have their turn.
    bool TakeTurn() noexcept;

    static constexpr std::size_t kEncodedFeedBytesMax = 8U << 10;

    /// The answer, whole or its first part, where it is neither a stream nor compressed; valid until Reset(). Nothing otherwise.
    const BodyCopy* Body() const noexcept {
        return format_ == codec::StreamFormat::kNone && decoder_ == nullptr && !unreadable_
                   ? &body_
                   : nullptr;
    }

    /// What was fed will not lie still any longer.
    void Own() { body_.Own(); }

    /// How the answer's events are told apart; kNone where it has none.
    codec::StreamFormat Format() const noexcept { return format_; }

    /// Reads what was kept into `call`. `complete`: the answer came to its proper end.
    void Finish(bool complete, Call& call);

    /// Forgets the answer and gives back what memory it took.
    void Reset() noexcept;

private:
    enum class Mode : std::uint8_t {
        kNone,
        kBody,    ///< Collected, read at the end.
        kEvents,  ///< Each event is read as it comes.
        kTail,    ///< Only the last bytes of server-sent events are kept, and read at the end.
        kRecent,  ///< The same for events in other framings, each kept by itself.
    };

    void Decode(std::string_view payload, Time at, Call& call);
    void Take(std::string_view text, Time at, Call& call);
    void LookForEndMark(std::string_view text) noexcept;
    void ReadEvents(std::string_view text, Time at, Call& call);
    void ReadFramed(std::string_view text, Time at, Call& call);
    void FinishEvents(bool complete, Call& call);
    dialect::StreamReader& Reader();

    const std::size_t body_bytes_max_;
    Mode mode_ = Mode::kNone;
    bool saw_end_mark_ = false;
    bool begins_line_ = true;  ///< What comes next does.
    int http_status_ = 0;
    std::string content_type_;
    const dialect::Dialect* dialect_ = nullptr;
    std::unique_ptr<codec::Decoder> decoder_;  ///< Null where the answer is not compressed.
    bool unreadable_ = false;     ///< Compressed in a way that is not known, or beyond the bound.
    std::size_t turn_bytes_ = 0;  ///< Decoded since others had their turn.
    Time last_at_;
    std::size_t event_bytes_ = 0;  ///< That events_ was given.
    BodyCopy body_;
    EventTail tail_;
    RecentEvents recent_;
    codec::StreamFormat format_ = codec::StreamFormat::kNone;
    codec::StreamEvents events_;
    std::unique_ptr<dialect::StreamReader> reader_;  ///< Of reader_dialect_; reused.
    const dialect::Dialect* reader_dialect_ = nullptr;
};

}  // namespace sightglass::capture
