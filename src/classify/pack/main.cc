// Learns the model of the default scenarios from the project's examples; the build puts it into the program.
//
//   pack_scenarios MODEL EXAMPLES...
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "classify/train/default_scenarios.h"
#include "classify/train/example_text.h"
#include "classify/train/trainer.h"

namespace {

using namespace sightglass;

Status AddExamples(const std::string& path, std::vector<classify::Example>& examples) {
    SG_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    auto read = classify::ReadExamples(text);
    if (!read.Ok()) {
        return std::move(read.error()).In(path);
    }
    const auto defaults = classify::DefaultScenarios();
    for (auto& [example, scenario] : *read) {
        const std::string_view name = scenario;
        const auto found = std::find_if(defaults.begin(), defaults.end(), [name](const auto& one) {
            return one.name == name;
        });
        if (found == defaults.end()) {
            return Error{ErrorCode::kInvalidArgument, path + ": no scenario is named " + scenario};
        }
        examples.push_back(
            {.text = std::move(example),
             .label = static_cast<std::size_t>(found - defaults.begin())}
        );
    }
    return {};
}

Status Pack(int count, char** paths) {
    std::vector<classify::Example> examples;
    for (int i = 1; i < count; ++i) {
        SG_TRY(AddExamples(paths[i], examples));
    }
    const auto model = classify::Train(examples, classify::DefaultScenarios().size());
    return WriteFileAtomically(paths[0], model.Write(), 0644);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("usage: pack_scenarios MODEL EXAMPLES...\n", stderr);
        return 2;
    }
    if (const Status packed = Pack(argc - 1, argv + 1); !packed.Ok()) {
        std::fprintf(stderr, "pack_scenarios: %s\n", packed.error().message.c_str());
        return 1;
    }
    return 0;
}
