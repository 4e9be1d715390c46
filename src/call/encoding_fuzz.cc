// Whatever DecodeCall accepts, it encodes and decodes to the same Call again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "call/encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto call = sightglass::DecodeCall(bytes);
    if (call.Ok()) {
        std::string again(sightglass::EncodedSize(*call), '\0');
        sightglass::EncodeCall(*call, again.data());
        const auto reread = sightglass::DecodeCall(again);
        // NaN compares unequal to itself; its bits travel all the same.
        if (!reread.Ok() || (!call->scenario_confidence && !(*reread == *call))) {
            std::abort();
        }
    }
    const auto content = sightglass::DecodeContent(bytes);
    if (content.Ok() && sightglass::EncodeContent(*content).size() != size) {
        std::abort();
    }
    return 0;
}
