// Any body: a scenario is read from it, or it is refused; what is read can be read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "insight/own_scenarios.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto scenario = insight::ParseOwnScenario(body, {});
    if (scenario.Ok() && (scenario->name.empty() ||
                          scenario->examples.size() > classify::OwnScenario::kExamplesMax)) {
        std::abort();
    }
    return 0;
}
