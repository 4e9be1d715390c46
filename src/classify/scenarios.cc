#include "classify/scenarios.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "classify/train/example_text.h"
#include "classify/train/trainer.h"

extern "C" {
extern const char sightglass_scenario_model_begin[];
extern const char sightglass_scenario_model_end[];
extern const char sightglass_scenario_examples_en_begin[];
extern const char sightglass_scenario_examples_en_end[];
extern const char sightglass_scenario_examples_zh_begin[];
extern const char sightglass_scenario_examples_zh_end[];
extern const char sightglass_scenario_examples_nl_begin[];
extern const char sightglass_scenario_examples_nl_end[];
}

namespace sightglass::classify {
namespace {

/// What the setting's scores count beside those of the ask.
constexpr float kSettingWeight = 0.4F;

std::string_view Embedded(const char* begin, const char* end) noexcept {
    return {begin, static_cast<std::size_t>(end - begin)};
}

std::shared_ptr<const LinearModel> ReadDefaults() {
    Result<LinearModel> model =
        LinearModel::Read(Embedded(sightglass_scenario_model_begin, sightglass_scenario_model_end));
    // It was built with the program, and a test reads it: without it there are no guesses.
    return std::make_shared<const LinearModel>(
        model.Ok() && model->Classes() == DefaultScenarios().size()
            ? std::move(*model)
            : LinearModel(Vocabulary(), DefaultScenarios().size())
    );
}

/// The examples of the default scenarios, as examples of class `none`.
void AddCounterexamples(std::size_t none, std::vector<Example>& examples) {
    for (const std::string_view text :
         {Embedded(sightglass_scenario_examples_en_begin, sightglass_scenario_examples_en_end),
          Embedded(sightglass_scenario_examples_zh_begin, sightglass_scenario_examples_zh_end),
          Embedded(sightglass_scenario_examples_nl_begin, sightglass_scenario_examples_nl_end)}) {
        Result<std::vector<std::pair<std::string, std::string>>> read = ReadExamples(text);
        if (!read.Ok()) {
            continue;  // As above.
        }
        for (auto& [example, scenario] : *read) {
            examples.push_back({.text = std::move(example), .label = none});
        }
    }
}

std::size_t Best(std::span<const float> scores) noexcept {
    return static_cast<std::size_t>(
        std::max_element(scores.begin(), scores.end()) - scores.begin()
    );
}

/// How far own examples are weighed up to the counterexamples: 0 not at all, 1 to the same sum.
constexpr double kBalance = 1.0;

double ProbabilityOf(float score) noexcept {
    return 1.0 / (1.0 + std::exp(-static_cast<double>(score)));
}

/// The best class's probability among those of all: they were learnt one by one.
double ConfidenceOf(std::span<const float> scores, std::size_t best) noexcept {
    double sum = 0;
    for (const float score : scores) {
        sum += ProbabilityOf(score);
    }
    return sum > 0 ? ProbabilityOf(scores[best]) / sum : 0.0;
}

}  // namespace

ScenarioModel::ScenarioModel(std::shared_ptr<const LinearModel> defaults)
    : defaults_(std::move(defaults)) {}

std::shared_ptr<const ScenarioModel> ScenarioModel::Default() {
    static const std::shared_ptr<const ScenarioModel> made =
        std::make_shared<const ScenarioModel>(ReadDefaults());
    return made;
}

std::shared_ptr<const ScenarioModel> ScenarioModel::WithOwn(std::vector<OwnScenario> own) {
    if (own.empty()) {
        return Default();
    }
    std::vector<Example> examples;
    for (std::size_t i = 0; i < own.size(); ++i) {
        for (const std::string& text : own[i].examples) {
            examples.push_back({.text = text, .label = i});
        }
        if (own[i].examples.empty()) {
            examples.push_back({.text = own[i].name + ". " + own[i].description, .label = i});
        }
    }
    const std::size_t given = examples.size();
    AddCounterexamples(own.size(), examples);
    // There are few of them beside the counterexamples: without weight, none of them would ever be likely.
    const double weight = std::pow(
        static_cast<double>(examples.size() - given) / static_cast<double>(given),
        kBalance
    );
    for (std::size_t i = 0; i < given; ++i) {
        examples[i].weight = std::max(weight, 1.0);
    }
    const auto model = std::make_shared<ScenarioModel>(Default()->defaults_);
    model->own_model_ = Train(examples, own.size() + 1);
    model->own_ = std::move(own);
    return model;
}

Guess ScenarioModel::Classify(const AskedText& text, Scratch& scratch) const {
    const std::vector<Feature>& features = scratch.reader.Read(text.ask);
    if (!own_.empty()) {
        const std::span<const float> scores = own_model_.Score(features, scratch.model);
        const std::size_t best = Best(scores);
        if (best < own_.size()) {
            return {
                .scenario = own_[best].name,
                .confidence = ConfidenceOf(scores, best),
                .own = true};
        }
    }
    const std::span<const float> asked = defaults_->Score(features, scratch.model);
    scratch.scores.assign(asked.begin(), asked.end());
    if (!text.setting.empty()) {
        const auto set = defaults_->Score(scratch.reader.Read(text.setting), scratch.model);
        for (std::size_t i = 0; i < scratch.scores.size(); ++i) {
            scratch.scores[i] += kSettingWeight * set[i];
        }
    }
    const std::size_t best = Best(scratch.scores);
    return {
        .scenario = DefaultScenarios()[best].name,
        .confidence = ConfidenceOf(scratch.scores, best),
        .own = false};
}

Guess ScenarioModel::ClassifyAsOwn(std::string_view text, Scratch& scratch) const {
    const auto all = own_model_.Score(scratch.reader.Read(text), scratch.model);
    const std::span<const float> scores = all.first(own_.size());
    const std::size_t best = Best(scores);
    return {.scenario = own_[best].name, .confidence = ConfidenceOf(scores, best), .own = true};
}

std::size_t ScenarioModel::MemoryBytes() const noexcept {
    return defaults_->MemoryBytes() + own_model_.MemoryBytes();
}

}  // namespace sightglass::classify
