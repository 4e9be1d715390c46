// Any body: a batch is refused with a sentence, or each of its events comes to feedback that holds together, or to a sentence.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "dialect/langfuse/scores.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const Time now = TimeFromMicros(1'763'775'464'000'000);
    const auto require = [](bool holds) {
        if (!holds) {
            std::abort();
        }
    };
    if (const auto events = dialect::langfuse::ReadBatch(body, now); events.Ok()) {
        for (const dialect::langfuse::Event& event : *events) {
            require(!event.feedback || event.refusal.empty());
            require(!event.feedback || CheckFeedback(*event.feedback).Ok());
        }
    } else {
        require(!events.error().message.empty());
    }
    const auto score = dialect::langfuse::ReadScore(body, now, "made");
    require(score.Ok() ? CheckFeedback(*score).Ok() : !score.error().message.empty());
    return 0;
}
