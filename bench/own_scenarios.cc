// Own scenarios learnt from one file and told in another, both with lines of a label, a tab and a text: how many were told rightly, and how
// fast. bench/scenario_peers.py runs it beside others.
//
//   bench_own_scenarios TRAIN.tsv TEST.tsv
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "classify/scenarios.h"

namespace {

using namespace sightglass;
using Lines = std::vector<std::pair<std::string, std::string>>;

Result<Lines> ReadLines(const std::string& path) {
    SG_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    Lines lines;
    for (const std::string_view line : Split(text, '\n')) {
        if (const std::size_t tab = line.find('\t'); tab != std::string_view::npos) {
            lines.emplace_back(line.substr(0, tab), line.substr(tab + 1));
        }
    }
    return lines;
}

Status Run(const std::string& train, const std::string& test) {
    SG_ASSIGN_OR_RETURN(const Lines known, ReadLines(train));
    SG_ASSIGN_OR_RETURN(const Lines asked, ReadLines(test));
    std::map<std::string, classify::OwnScenario> own;
    for (const auto& [label, text] : known) {
        own[label].name = label;
        own[label].examples.push_back(text);
    }
    std::vector<classify::OwnScenario> all;
    for (auto& [label, scenario] : own) {
        all.push_back(std::move(scenario));
    }
    const auto model = classify::ScenarioModel::WithOwn(std::move(all));
    classify::ScenarioModel::Scratch scratch;
    std::size_t right = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const auto& [label, text] : asked) {
        right += model->ClassifyAsOwn(text, scratch).scenario == label ? 1U : 0U;
    }
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    const auto count = static_cast<double>(asked.size());
    std::printf(
        "{\"accuracy\": %.4f, \"texts_per_s\": %.0f, \"model_mb\": %.1f}\n",
        static_cast<double>(right) / count,
        count / time.count(),
        static_cast<double>(model->MemoryBytes()) / 1e6
    );
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: bench_own_scenarios TRAIN.tsv TEST.tsv\n", stderr);
        return 2;
    }
    if (const Status status = Run(argv[1], argv[2]); !status.Ok()) {
        std::fprintf(stderr, "bench_own_scenarios: %s\n", status.error().message.c_str());
        return 1;
    }
    return 0;
}
