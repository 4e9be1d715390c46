// Text -> the scenario that it belongs to: what somebody uses a language model for. Default scenarios are built in; own ones are
// learnt from a few examples each, in a moment. Nothing is fetched, and nothing of the text is kept.
//
// The header to read first of this room.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "classify/train/default_scenarios.h"
#include "classify/train/linear_model.h"

namespace sightglass::classify {

/// A scenario that operators defined.
/// Thread-safety: plain value.
struct OwnScenario {
    static constexpr std::size_t kExamplesMax = 30;
    static constexpr std::size_t kExampleBytesMax = 2'000;

    std::string name;
    std::string description;
    std::vector<std::string> examples;

    friend bool operator==(const OwnScenario&, const OwnScenario&) = default;
};

/// What is asked about. Views, valid within the call that they are passed to.
/// Thread-safety: plain value.
struct AskedText {
    std::string_view ask;      ///< What the user said last.
    std::string_view setting;  ///< The system's prompt; may be empty.
};

/// Thread-safety: plain value.
struct Guess {
    std::string_view scenario;  ///< A view into the model.
    double confidence = 0;      ///< 0 to 1.
    bool own = false;
};

/// Thread-safety: immutable; safe for concurrent use, each thread with a scratch of its own.
class ScenarioModel {
public:
    /// Working memory of Classify.
    struct Scratch {
        FeatureReader reader;
        LinearModel::Scratch model;
        std::vector<float> scores;
    };

    /// The model of the default scenarios alone; it is the same for all who ask.
    static std::shared_ptr<const ScenarioModel> Default();

    /// Of the default scenarios and these. An own scenario is guessed where the text speaks more for it than for none.
    /// Takes about a second for a hundred scenarios. One without examples is learnt from its name and description.
    static std::shared_ptr<const ScenarioModel> WithOwn(std::vector<OwnScenario> own);

    /// Always one, however little the text says. Time is bounded, however long the text is.
    Guess Classify(const AskedText& text, Scratch& scratch) const;

    /// The likeliest of the own scenarios, whatever speaks against them all. Precondition: there are some.
    Guess ClassifyAsOwn(std::string_view text, Scratch& scratch) const;

    std::size_t MemoryBytes() const noexcept;

    explicit ScenarioModel(std::shared_ptr<const LinearModel> defaults);

private:
    std::shared_ptr<const LinearModel> defaults_;
    LinearModel own_model_;  // Its last class is "none of them".
    std::vector<OwnScenario> own_;
};

}  // namespace sightglass::classify
