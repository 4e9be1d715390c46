// Any body is refused with a sentence, or is feedback that holds together.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serve/api/feedback_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    auto feedback = serve::ReadFeedbackBody(body, TimeFromMicros(1'763'775'464'000'000));
    if (!feedback.Ok()) {
        if (feedback.error().message.empty()) {
            std::abort();
        }
        return 0;
    }
    if (feedback->id.empty()) {
        feedback->id = "made";
    }
    const double score = feedback->score.value_or(0);
    if (!CheckFeedback(*feedback).Ok() || !(score >= -1 && score <= 1)) {
        std::abort();
    }
    return 0;
}
