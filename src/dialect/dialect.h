// A Dialect reads one provider's wire format and fills a Call from it. Pure and incremental: no
// I/O, no clock, and nothing it is given can make it fail; what cannot be read is left unknown.
//
// Order of calls for one exchange: ReadRequest, ReadResponseHead, then either ReadResponseBody
// (whole), or a StreamReader fed event by event, then Finish. Every function may be left out, where
// bytes are missing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/time.h"
#include "call/call.h"
#include "codec/stream_events.h"

namespace sightglass::dialect {

/// Looks a header up, case-insensitively; empty where absent.
using HeaderLookup = std::function<std::string_view(std::string_view name)>;

/// Views, valid within the call they are passed to.
/// Thread-safety: plain value.
struct RequestView {
    std::string_view method = {};
    std::string_view path = {};  ///< As sent, without the gateway's prefix, with query.
    std::string_view content_type = {};
    std::string_view body =
        {};  ///< Decoded. Whole, or the first and last part of it where `truncated`.
    std::string_view body_tail = {};  ///< Where truncated: its last bytes.
    bool truncated = false;
};

/// The same for an answer.
/// Thread-safety: plain value.
struct BodyView {
    int http_status = 0;
    std::string_view content_type = {};
    std::string_view body = {};  ///< Decoded. Whole, or the first part of it where `truncated`.
    std::string_view body_tail = {};  ///< Where truncated: its last bytes.
    bool truncated = false;
};

/// What a reader needs to see from here on.
enum class Interest : std::uint8_t {
    kEvery,  ///< Each event, as it comes: identity or the first token has not been seen yet.
    kLast,   ///< Only the last few events, at the end.
};

/// Reads one stream's events.
/// Thread-safety: one thread at a time.
class StreamReader {
public:
    virtual ~StreamReader() = default;

    /// One event of the stream, named as codec::StreamEvent says: a server-sent event, a line of
    /// NDJSON, an element of an array, an AWS message. `at` is when its last byte came.
    virtual Interest
    ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) = 0;

    /// After the last event. `complete` says whether the transport ended the answer in its proper
    /// way.
    virtual void Finish(bool complete, Call& call) = 0;

    /// Forgets the stream, to read another one.
    virtual void Reset() = 0;
};

/// Takes what a streamed answer says, piece by piece.
/// Thread-safety: one thread at a time.
class AnswerText {
public:
    virtual ~AnswerText() = default;

    /// Begins the run of text that `key` names. `label` says what it is, where it is not the answer
    /// itself: "reasoning", "tool call get_weather". Of a run that has begun nothing changes.
    virtual void Begin(std::string_view key, std::string_view label) = 0;

    /// Adds a piece to a run, which it begins where that has not begun. An empty piece does nothing.
    virtual void Add(std::string_view key, std::string_view label, std::string_view piece) = 0;
};

/// Thread-safety: safe for concurrent use (stateless).
class Dialect {
public:
    virtual ~Dialect() = default;

    /// "openai"
    virtual std::string_view Name() const noexcept = 0;

    /// Operation and endpoint, from the request line alone: what the begin record needs.
    virtual void ReadRequestLine(std::string_view method, std::string_view path, Call& call)
        const = 0;

    /// Model, stream, user, metadata, service tier, params.
    virtual void ReadRequest(const RequestView& request, Call& call) const = 0;

    /// Request id, organisation, project, limits, processing time.
    virtual void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call)
        const = 0;

    /// How the events of the answer to `call` are told apart, whose request and head were read;
    /// kNone where it is a body to be read whole.
    virtual codec::StreamFormat FormatOf(std::string_view content_type, const Call& call) const;

    /// Response id, model, usage, finish reason, error.
    virtual void ReadResponseBody(const BodyView& body, Call& call) const = 0;

    virtual std::unique_ptr<StreamReader> NewStreamReader() const = 0;

    /// What one event of a streamed answer says, for where content is kept. Events without text, and
    /// those that cannot be read, add nothing.
    virtual void ReadText(std::string_view name, std::string_view data, AnswerText& text) const = 0;

    /// An error in this provider's own shape, for failures that are ours: what its SDK raises its
    /// exception from.
    virtual std::string ErrorBody(
        int http_status,
        ErrorType type,
        std::string_view code,
        std::string_view message
    ) const = 0;
};

/// The dialect of that name, or null. "openai" is also what unknown paths are read as.
const Dialect* FindDialect(std::string_view name) noexcept;

}  // namespace sightglass::dialect
