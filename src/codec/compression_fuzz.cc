// Any bytes, in every encoding: output is bounded, and does not depend on how the bytes were split.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/compression.h"

namespace {

constexpr std::size_t kBound = 100'000;

/// Returns whether the bytes were taken to their end.
bool Feed(
    std::string_view encoding,
    std::string_view bytes,
    std::size_t piece_bytes,
    std::string& out
) {
    const auto decoder = sightglass::codec::NewDecoder(encoding, kBound);
    bool ok = true;
    for (std::size_t at = 0; at < bytes.size() && ok; at += piece_bytes) {
        ok = decoder->Feed(bytes.substr(at, piece_bytes), out).Ok();
    }
    return ok;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const std::string_view encoding : {"gzip", "deflate", "br", "zstd"}) {
        std::string whole;
        std::string split;
        const bool whole_ok = Feed(encoding, bytes, size + 1, whole);
        const bool split_ok = Feed(encoding, bytes, 3, split);
        // A failure may show a little earlier where more bytes are seen at once.
        const std::size_t both = std::min(whole.size(), split.size());
        if (whole.size() > kBound || split.size() > kBound || whole_ok != split_ok ||
            whole.compare(0, both, split, 0, both) != 0 || (whole_ok && whole != split)) {
            std::abort();
        }
    }
    return 0;
}
