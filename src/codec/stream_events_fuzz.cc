// Any bytes, in every framing, split anywhere, give the events that they give whole, none beyond the bound.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/stream_events.h"

namespace {

using namespace sightglass::codec;

constexpr std::size_t kEventBytesMax = 120;

std::string Read(StreamFormat format, std::string_view text, std::size_t piece_bytes) {
    StreamEvents events(kEventBytesMax);
    events.Start(format);
    std::string seen;
    const auto consume = [&seen](const StreamEvent& event) {
        if (event.data.size() > kEventBytesMax) {
            std::abort();
        }
        seen.append(event.name).append("|").append(event.data).append(event.truncated ? "!" : "\n");
    };
    for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
        events.Feed(text.substr(at, piece_bytes), consume);
    }
    seen += events.Complete() ? "complete" : "open";
    events.Finish(consume);
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::size_t piece_bytes = data[0] % 16 + 1U;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    for (const StreamFormat format :
         {StreamFormat::kServerSentEvents,
          StreamFormat::kLines,
          StreamFormat::kJsonArray,
          StreamFormat::kAwsMessages}) {
        const std::string whole = Read(format, text, text.size() + 1);
        if (Read(format, text, piece_bytes) != whole || Read(format, text, 1) != whole) {
            std::abort();
        }
    }
    return 0;
}
