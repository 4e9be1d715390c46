#include "capture/gateway/answer_tee.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace sightglass::capture {
namespace {

/// Decoded bytes of a stream, all together; more than that is forwarded and not read.
constexpr std::size_t kDecodedStreamBytesMax = 64U << 20;
/// Of a compressed body, in units of what is kept of it.
constexpr std::size_t kDecodedBodyFactor = 4;
/// An event reader that may have grown beyond this is made anew.
constexpr std::size_t kEventMemoryMax = 16U << 10;
/// Compressed bytes that are decoded at a time, so that the text they become stays small.
constexpr std::size_t kSliceBytes = 4U << 10;
/// What they may become, so that nobody makes a worker decode for long: answers that say something
/// do not shrink that much.
constexpr std::size_t kExpansionMax = 64;
/// Decoded bytes after which other connections have their turn.
constexpr std::size_t kTurnBytes = 512U << 10;

bool EndsLine(std::string_view text) noexcept {
    return !text.empty() && (text.back() == '\n' || text.back() == '\r');
}

/// Whether the last line of `text` is the event "[DONE]". An answer may say the same in the middle of a line, and a line may have begun
/// before the text.
bool EndsWithMark(std::string_view text, bool begins_line) noexcept {
    while (EndsLine(text)) {
        text.remove_suffix(1);
    }
    for (const std::string_view mark : {"data: [DONE]", "data:[DONE]"}) {
        if (text.ends_with(mark)) {
            text.remove_suffix(mark.size());
            return text.empty() ? begins_line : EndsLine(text);
        }
    }
    return false;
}

/// How much of `text` belongs to the event at its start: up to and with the empty line that ends it, or all. Events end
/// elsewhere too (CR alone; a line end whose first half came before); then more than one is taken together.
std::size_t EventBytes(std::string_view text, bool& ends) noexcept {
    ends = false;
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
        std::size_t next = at + 1;
        next += next < text.size() && text[next] == '\r' ? 1 : 0;
        if (next < text.size() && text[next] == '\n') {
            ends = true;
            return next + 1;
        }
    }
    return text.size();
}

}  // namespace

AnswerTee::AnswerTee(std::size_t body_bytes_max)
    : body_bytes_max_(body_bytes_max),
      body_(body_bytes_max),
      tail_(body_bytes_max),
      recent_(body_bytes_max),
      events_(body_bytes_max) {}

void AnswerTee::Start(
    const net::ResponseHead& head,
    const dialect::Dialect& dialect,
    const Call& call
) {
    content_type_ = head.Find(net::HeaderName::kContentType);
    http_status_ = head.status;
    dialect_ = &dialect;
    format_ = dialect.FormatOf(content_type_, call);
    mode_ = Mode::kBody;
    if (format_ != codec::StreamFormat::kNone) {
        mode_ = Mode::kEvents;
        events_.Start(format_);
    }
    const std::string_view encoding = head.Find(net::HeaderName::kContentEncoding);
    if (!encoding.empty() && !EqualsIgnoreCase(encoding, "identity")) {
        const std::size_t bound =
            mode_ == Mode::kEvents ? kDecodedStreamBytesMax : body_bytes_max_ * kDecodedBodyFactor;
        decoder_ = codec::NewDecoder(encoding, bound, kExpansionMax);
        unreadable_ = decoder_ == nullptr;
    }
}

void AnswerTee::Feed(std::string_view payload, Time at, Call& call) {
    if (mode_ == Mode::kNone || unreadable_) {
        return;
    }
    if (decoder_ != nullptr) {
        Decode(payload, at, call);
    } else {
        Take(payload, at, call);
    }
}

void AnswerTee::Decode(std::string_view payload, Time at, Call& call) {
    std::string text;
    while (!payload.empty() && !unreadable_) {
        text.clear();
        unreadable_ = !decoder_->Feed(payload.substr(0, kSliceBytes), text).Ok();
        Take(text, at, call);
        turn_bytes_ += text.size();
        payload.remove_prefix(std::min(payload.size(), kSliceBytes));
    }
}

bool AnswerTee::TakeTurn() noexcept {
    const bool over = turn_bytes_ > kTurnBytes;
    turn_bytes_ = over ? 0 : turn_bytes_;
    return over;
}

void AnswerTee::Take(std::string_view text, Time at, Call& call) {
    if (mode_ == Mode::kTail) {
        tail_.Add(text);
        LookForEndMark(text);
    } else if (mode_ == Mode::kEvents && format_ == codec::StreamFormat::kServerSentEvents) {
        ReadEvents(text, at, call);
        LookForEndMark(text);
    } else if (mode_ == Mode::kEvents || mode_ == Mode::kRecent) {
        ReadFramed(text, at, call);
    } else {
        decoder_ == nullptr ? body_.Borrow(text) : body_.Add(text);
    }
}

void AnswerTee::LookForEndMark(std::string_view text) noexcept {
    if (!text.empty()) {
        saw_end_mark_ = EndsWithMark(text, begins_line_);
        begins_line_ = EndsLine(text);
    }
}

void AnswerTee::ReadEvents(std::string_view text, Time at, Call& call) {
    last_at_ = at;
    event_bytes_ += text.size();
    dialect::StreamReader& reader = Reader();
    while (!text.empty()) {
        dialect::Interest interest = dialect::Interest::kEvery;
        bool ends = false;
        const std::size_t size = EventBytes(text, ends);
        events_.Feed(text.substr(0, size), [&](const codec::StreamEvent& event) {
            interest = reader.ReadEvent(event.name, event.data, at, call);
        });
        text.remove_prefix(size);
        if (interest == dialect::Interest::kLast && ends) {
            mode_ = Mode::kTail;
            events_.Start(format_);
            tail_.Add(text);
            return;
        }
    }
}

/// Events that are not server-sent: whole ones are cheap to keep, so that each is framed, and read only while it must be.
void AnswerTee::ReadFramed(std::string_view text, Time at, Call& call) {
    last_at_ = mode_ == Mode::kEvents ? at : last_at_;
    event_bytes_ += text.size();
    dialect::StreamReader& reader = Reader();
    events_.Feed(text, [&](const codec::StreamEvent& event) {
        if (mode_ == Mode::kRecent) {
            recent_.Add(event.name, event.data);
        } else if (reader.ReadEvent(event.name, event.data, at, call) == dialect::Interest::kLast) {
            mode_ = Mode::kRecent;
        }
    });
}

void AnswerTee::Finish(bool complete, Call& call) {
    switch (mode_) {
        case Mode::kNone:
            break;
        case Mode::kBody:
            // Also where nothing of it could be decoded: the status alone tells what kind of error it is.
            dialect_->ReadResponseBody(
                {.http_status = http_status_,
                 .content_type = content_type_,
                 .body = body_.Head(),
                 .body_tail = body_.Truncated() ? body_.Tail() : std::string_view(),
                 .truncated = body_.Truncated() || unreadable_},
                call
            );
            break;
        case Mode::kEvents:
        case Mode::kTail:
        case Mode::kRecent:
            FinishEvents(complete, call);
            break;
    }
    mode_ = Mode::kNone;
}

void AnswerTee::FinishEvents(bool complete, Call& call) {
    dialect::StreamReader& reader = Reader();
    const auto read = [&](const codec::StreamEvent& event) {
        reader.ReadEvent(event.name, event.data, last_at_, call);
    };
    if (mode_ == Mode::kTail) {
        if (tail_.Cut()) {
            events_.Start(format_);
            events_.Feed("data: ", read);
        }
        events_.Feed(tail_.Text(), read);
    }
    recent_.ForEach([&](std::string_view name, std::string_view data) {
        reader.ReadEvent(name, data, last_at_, call);
    });
    const bool framed = events_.Complete();
    events_.Finish(read);
    reader.Finish(complete && framed && !unreadable_, call);
}

dialect::StreamReader& AnswerTee::Reader() {
    if (reader_ == nullptr || reader_dialect_ != dialect_) {
        reader_ = dialect_->NewStreamReader();
        reader_dialect_ = dialect_;
    }
    return *reader_;
}

void AnswerTee::Reset() noexcept {
    mode_ = Mode::kNone;
    saw_end_mark_ = false;
    begins_line_ = true;
    unreadable_ = false;
    turn_bytes_ = 0;
    decoder_.reset();
    body_.Reset();
    tail_.Reset();
    recent_.Reset();
    if (event_bytes_ > kEventMemoryMax) {
        events_ = codec::StreamEvents(body_bytes_max_);
    }
    event_bytes_ = 0;
    if (reader_ != nullptr) {
        reader_->Reset();
    }
}

}  // namespace sightglass::capture
