// Scenarios told a second on one core: short asks, long ones, and with own scenarios beside the default ones.
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "classify/scenarios.h"

namespace sightglass::classify {
namespace {

constexpr std::string_view kAsks[] = {
    "What is the capital of Mongolia, and how many people live there?",
    "Write a Python function that reverses a linked list and explain it",
    "Translate the following text from English to Spanish: the harbour was rebuilt after the storm",
    "Vat de notulen hieronder samen: de vergadering begon om negen uur",
    "Where is my order? It should have arrived last week."};

void Run(benchmark::State& state, const ScenarioModel& model, std::string_view suffix) {
    ScenarioModel::Scratch scratch;
    std::vector<std::string> texts;
    for (const std::string_view ask : kAsks) {
        texts.push_back(std::string(ask) + std::string(suffix));
    }
    std::size_t next = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            model.Classify({.ask = texts[next++ % texts.size()], .setting = {}}, scratch)
        );
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

const std::string& LongSuffix() {
    static const std::string text = [] {
        std::string made;
        for (int i = 0; i < 200; ++i) {
            made +=
                " paragraph number " + std::to_string(i * 37) + " of a report on ships and trade,";
        }
        return made;
    }();
    return text;
}

void Short(benchmark::State& state) {
    Run(state, *ScenarioModel::Default(), "");
}

void Long(benchmark::State& state) {
    Run(state, *ScenarioModel::Default(), LongSuffix());
}

void LongWithTwentyOwn(benchmark::State& state) {
    std::vector<OwnScenario> own(20);
    for (std::size_t i = 0; i < own.size(); ++i) {
        own[i].name = "own " + std::to_string(i);
        for (int j = 0; j < 8; ++j) {
            own[i].examples.push_back(
                "please look after part " + std::to_string(i * 101) + " in hall " +
                std::to_string(j)
            );
        }
    }
    Run(state, *ScenarioModel::WithOwn(own), LongSuffix());
}

BENCHMARK(Short);
BENCHMARK(Long);
BENCHMARK(LongWithTwentyOwn);

}  // namespace
}  // namespace sightglass::classify
