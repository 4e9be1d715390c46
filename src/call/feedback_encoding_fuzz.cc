// Whatever DecodeFeedback accepts, it encodes and decodes to the same Feedback again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "call/feedback_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto feedback =
        sightglass::DecodeFeedback(std::string_view(reinterpret_cast<const char*>(data), size));
    if (feedback.Ok()) {
        std::string again;
        sightglass::EncodeFeedback(*feedback, again);
        const auto reread = sightglass::DecodeFeedback(again);
        if (!reread.Ok() || !(*reread == *feedback) || again.size() != size) {
            std::abort();
        }
    }
    return 0;
}
