// Any request and answer: nothing fails, every text is bounded UTF-8, every count is one, and how a stream is split makes no
// difference. Input: a byte of choices, the path up to a line feed, then the text that is read as each kind of body.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "call/fields.h"
#include "codec/json.h"
#include "codec/sse.h"
#include "dialect/openai/openai.h"

namespace {

using namespace sightglass;

void Check(const Call& call) {
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
          call.output_tokens,
          call.reset_tokens_us}) {
        if (count.has_value() && *count < 0) {
            std::abort();
        }
    }
}

Call ReadStream(std::string_view path, std::string_view text, std::size_t piece_bytes) {
    Call call;
    dialect::openai::ReadRequestLine("POST", path, call);
    const auto reader = dialect::openai::NewStreamReader();
    const auto consume = [&](const codec::SseEvent& event) {
        reader->ReadEvent(event.name, event.data, TimeFromMicros(1), call);
    };
    codec::SseReader sse(4096);
    for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
        sse.Feed(text.substr(at, piece_bytes), consume);
    }
    sse.Finish(consume);
    reader->Finish(true, call);
    return call;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t line = std::min(all.find('\n'), all.size());
    const std::string_view path = all.substr(0, line);
    const std::string_view text = all.substr(std::min(line + 1, all.size()));
    const bool truncated = (data[0] & 1U) != 0;
    const bool form = (data[0] & 2U) != 0;

    Call call;
    call.started_at = TimeFromMicros(1'763'775'464'000'000);
    dialect::openai::ReadRequest(
        {.method = "POST",
         .path = path,
         .content_type = form ? "multipart/form-data; boundary=b" : "application/json",
         .body = text.substr(0, truncated ? text.size() / 2 : text.size()),
         .body_tail = truncated ? text.substr(text.size() / 2) : std::string_view(),
         .truncated = truncated},
        call
    );
    dialect::openai::ReadResponseHead(
        data[0] * 4,
        [path](std::string_view) { return path; },
        call
    );
    dialect::openai::ReadResponseBody(
        {.http_status = data[0] * 4,
         .body = text.substr(0, truncated ? text.size() / 2 : text.size()),
         .body_tail = truncated ? text.substr(text.size() / 2) : std::string_view(),
         .truncated = truncated},
        call
    );
    Check(call);

    const Call whole = ReadStream("/v1/chat/completions", text, text.size() + 1);
    Check(whole);
    if (ReadStream("/v1/chat/completions", text, data[0] % 7 + 1U) != whole) {
        std::abort();
    }
    return 0;
}
