// What a dialect's fuzz target checks: nothing fails, every text is bounded UTF-8, every count is one, and how a stream is split
// makes no difference. Input: a byte of choices, the path up to a line feed, then the text that is read as each kind of body.
//
// Thread-safety: pure functions.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "call/fields.h"
#include "codec/json.h"
#include "codec/stream_events.h"
#include "dialect/dialect.h"

namespace sightglass::dialect {

inline void CheckFuzzedCall(const Call& call) {
    constexpr std::size_t kTextBytesMax = 16U << 10;
    for (const Field& field : Fields()) {
        const std::string text = DisplayText(field, call);
        if (text.size() > kTextBytesMax || !codec::IsValidUtf8(text)) {
            std::abort();
        }
    }
    for (const OptionalInt count :
         {call.fresh_input_tokens,
          call.cached_input_tokens,
          call.cache_write_5m_tokens,
          call.output_tokens,
          call.reasoning_tokens,
          call.provider_us,
          call.reset_tokens_us}) {
        if (count.has_value() && *count < 0) {
            std::abort();
        }
    }
}

/// The text as a stream of that format, fed in pieces.
inline Call ReadFuzzedStream(
    const Dialect& dialect,
    codec::StreamFormat format,
    std::string_view path,
    std::string_view text,
    std::size_t piece_bytes
) {
    Call call;
    dialect.ReadRequestLine("POST", path, call);
    const auto reader = dialect.NewStreamReader();
    const auto consume = [&](const codec::StreamEvent& event) {
        reader->ReadEvent(event.name, event.data, TimeFromMicros(1), call);
    };
    codec::StreamEvents events(4096);
    events.Start(format);
    for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
        events.Feed(text.substr(at, piece_bytes), consume);
    }
    events.Finish(consume);
    reader->Finish(true, call);
    return call;
}

inline void
FuzzBodies(const Dialect& dialect, unsigned choices, std::string_view path, std::string_view text) {
    const bool truncated = (choices & 1U) != 0;
    const bool form = (choices & 2U) != 0;
    const int status = static_cast<int>(choices) * 4;
    const std::string_view body = truncated ? text.substr(0, text.size() / 2) : text;
    const std::string_view tail = truncated ? text.substr(text.size() / 2) : std::string_view();
    Call call;
    call.started_at = TimeFromMicros(1'763'775'464'000'000);
    dialect.ReadRequest(
        {.method = "POST",
         .path = path,
         .content_type = form ? "multipart/form-data; boundary=b" : "application/json",
         .body = body,
         .body_tail = tail,
         .truncated = truncated},
        call
    );
    dialect.ReadResponseHead(
        status,
        [path](std::string_view) { return path; },
        call
    );
    dialect.ReadResponseBody(
        {.http_status = status, .body = body, .body_tail = tail, .truncated = truncated},
        call
    );
    CheckFuzzedCall(call);
    const std::string error = dialect.ErrorBody(status, ErrorType::kSelfInternal, path, text);
    codec::JsonParser parser;
    if (codec::IsValidUtf8(text) && codec::IsValidUtf8(path) && !parser.Parse(error).Ok()) {
        std::abort();
    }
}

/// One input of a target. `path` is one of the dialect's own, whose answers the text is read as.
inline int FuzzDialect(
    const Dialect& dialect,
    std::string_view path,
    const std::uint8_t* data,
    std::size_t size
) {
    if (size == 0) {
        return 0;
    }
    constexpr std::array kFormats = {
        codec::StreamFormat::kServerSentEvents,
        codec::StreamFormat::kLines,
        codec::StreamFormat::kJsonArray,
        codec::StreamFormat::kAwsMessages};
    const unsigned choices = data[0];
    const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t line = std::min(all.find('\n'), all.size());
    const std::string_view text = all.substr(std::min(line + 1, all.size()));
    FuzzBodies(dialect, choices, all.substr(0, line), text);
    const codec::StreamFormat format = kFormats[choices / 8 % kFormats.size()];
    const Call whole = ReadFuzzedStream(dialect, format, path, text, text.size() + 1);
    CheckFuzzedCall(whole);
    if (ReadFuzzedStream(dialect, format, path, text, choices % 7 + 1U) != whole) {
        std::abort();
    }
    return 0;
}

}  // namespace sightglass::dialect
