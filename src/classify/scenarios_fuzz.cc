// Any text: there is a guess with a share between 0 and 1, and a damaged model is refused or can be asked.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "classify/scenarios.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    static auto* const scratch = new classify::ScenarioModel::Scratch;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t half = size / 2;
    const classify::Guess guess = classify::ScenarioModel::Default()->Classify(
        {.ask = text.substr(0, half), .setting = text.substr(half)},
        *scratch
    );
    if (guess.scenario.empty() || !(guess.confidence > 0 && guess.confidence <= 1)) {
        std::abort();
    }
    if (const auto model = classify::LinearModel::Read(text); model.Ok()) {
        classify::LinearModel::Scratch scores;
        classify::FeatureReader reader;
        model->Score(reader.Read("a text"), scores);
    }
    return 0;
}
