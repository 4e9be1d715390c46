// Whatever DecodeSpan accepts, it encodes and decodes to the same Span again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "call/span_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto span =
        sightglass::DecodeSpan(std::string_view(reinterpret_cast<const char*>(data), size));
    if (span.Ok()) {
        std::string again;
        sightglass::EncodeSpan(*span, again);
        const auto reread = sightglass::DecodeSpan(again);
        if (!reread.Ok() || !(*reread == *span) || again.size() != size) {
            std::abort();
        }
    }
    return 0;
}
