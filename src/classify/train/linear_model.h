// Text features -> a score for each class: a linear model over TF-IDF weights, each family of features brought to length one
// (docs/decisions/0024-scenarios-are-told-by-a-linear-model.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "classify/train/features.h"

namespace sightglass::classify {

/// A feature that a text has and a model knows, and how much it says.
struct WeighedFeature {
    std::uint32_t index;
    float value;
};

/// Which features there are, and how rare each is.
/// Thread-safety: immutable once made; safe for concurrent use.
class Vocabulary {
public:
    Vocabulary() = default;

    /// Of the features of several texts.
    explicit Vocabulary(std::span<const std::vector<Feature>> texts);

    std::size_t size() const noexcept { return rarity_.size(); }

    /// Working memory of Weigh, kept between calls.
    struct Scratch {
        std::vector<std::uint32_t> counts;  ///< By index; all zero between calls.
        std::vector<std::pair<std::uint32_t, std::uint8_t>> touched;
        std::vector<WeighedFeature> weighed;
    };

    /// The known features of a text, one entry each, in no order. Valid until the next call.
    std::span<const WeighedFeature> Weigh(std::span<const Feature> features, Scratch& scratch)
        const;

    void Write(std::string& bytes) const;

    /// kCorrupt where the bytes, which are taken from the front, are no vocabulary.
    static Result<Vocabulary> Read(std::string_view& bytes);

    std::size_t MemoryBytes() const noexcept;

private:
    struct Slot {
        std::uint32_t check = 0;      ///< The upper half of the feature's hash.
        std::uint32_t place = kNone;  ///< In rarity_.
    };

    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

    void Insert(Feature feature, std::uint32_t place) noexcept;
    std::uint32_t Find(Feature feature) const noexcept;
    void MakeSlots(std::size_t features);

    std::vector<Slot> slots_;  // A power of two, at most half full.
    std::vector<Feature> features_;
    std::vector<float> rarity_;  // Inverse document frequency.
};

/// Thread-safety: immutable once made; safe for concurrent use.
class LinearModel {
public:
    LinearModel() = default;
    LinearModel(Vocabulary vocabulary, std::size_t classes);

    std::size_t Classes() const noexcept { return bias_.size(); }

    const Vocabulary& vocabulary() const noexcept { return vocabulary_; }

    /// Puts one class's weights in; `weights` has the vocabulary's size.
    void SetClass(std::size_t place, std::span<const float> weights, float bias);

    /// One score for each class: above 0 speaks for it. Valid until the next call with the same scratch.
    struct Scratch {
        Vocabulary::Scratch vocabulary;
        std::vector<float> scores;
    };

    std::span<const float> Score(std::span<const Feature> features, Scratch& scratch) const;

    /// docs/formats/scenario-model.md.
    std::string Write() const;
    static Result<LinearModel> Read(std::string_view bytes);

    std::size_t MemoryBytes() const noexcept;

private:
    Vocabulary vocabulary_;
    std::vector<float> weights_;  // A row a feature.
    std::vector<float> bias_;
};

}  // namespace sightglass::classify
