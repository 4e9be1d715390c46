// Any bytes, split anywhere, give the events that they give whole.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/sse.h"

namespace {

constexpr std::size_t kEventBytesMax = 40;

std::string Read(std::string_view text, std::size_t piece_bytes) {
    sightglass::codec::SseReader reader(kEventBytesMax);
    std::string seen;
    const auto consume = [&seen](const sightglass::codec::SseEvent& event) {
        if (event.data.size() > kEventBytesMax) {
            std::abort();
        }
        seen.append(event.name)
            .append("|")
            .append(event.data)
            .append(event.truncated ? "!\n" : "\n");
    };
    for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
        reader.Feed(text.substr(at, piece_bytes), consume);
    }
    reader.Finish(consume);
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::size_t piece_bytes = data[0] % 16 + 1U;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string whole = Read(text, text.size() + 1);
    if (Read(text, piece_bytes) != whole || Read(text, 1) != whole) {
        std::abort();
    }
    return 0;
}
