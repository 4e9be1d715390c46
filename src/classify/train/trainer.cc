#include "classify/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace sightglass::classify {
namespace {

/// An example as the solver sees it.
struct Row {
    std::vector<WeighedFeature> features;
    double square = 0;  ///< Of its length, the bias's constant 1 included.
    std::size_t label = 0;
    double cost = 0;  ///< Of its loss.
};

/// Fixed, so that the same examples give the same model.
class Shuffler {
public:
    void Shuffle(std::vector<std::size_t>& order) noexcept {
        for (std::size_t i = order.size(); i > 1; --i) {
            std::swap(order[i - 1], order[Next() % i]);
        }
    }

private:
    std::size_t Next() noexcept {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<std::size_t>(state_ >> 33U);
    }

    std::uint64_t state_ = 1;
};

/// One class against the others.
class OneAgainstOthers {
public:
    OneAgainstOthers(std::span<const Row> rows, std::size_t features, const TrainOptions& options)
        : rows_(rows),
          passes_max_(options.passes_max),
          weights_(features, 0.0F),
          duals_(rows.size()) {}

    void Solve(std::size_t label) {
        constexpr double kCloseEnough = 0.1;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            duals_[i] = {.value = kFirst, .rest = rows_[i].cost - kFirst};
            Move(rows_[i], kFirst * SignOf(rows_[i], label));
        }
        std::vector<std::size_t> order(rows_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        Shuffler shuffler;
        for (int pass = 0; pass < passes_max_; ++pass) {
            shuffler.Shuffle(order);
            double most = 0;
            for (const std::size_t i : order) {
                most = std::max(most, Step(i, SignOf(rows_[i], label)));
            }
            if (most < kCloseEnough) {
                return;
            }
        }
    }

    std::span<const float> weights() const noexcept { return weights_; }

    float bias() const noexcept { return static_cast<float>(bias_); }

private:
    static constexpr double kFirst = 1e-8;

    /// Between 0 and the cost. Both ends are kept, for the sake of the digits near either.
    struct Dual {
        double value = 0;
        double rest = 0;
    };

    static double SignOf(const Row& row, std::size_t label) noexcept {
        return row.label == label ? 1.0 : -1.0;
    }

    void Move(const Row& row, double change) noexcept {
        bias_ += change;
        for (const WeighedFeature& feature : row.features) {
            weights_[feature.index] += static_cast<float>(change) * feature.value;
        }
    }

    /// Moves one example's dual variable to its optimum, which Newton's method finds from the end that it is nearer to. Returns
    /// how steep it was before.
    double Step(std::size_t i, double sign) noexcept {
        constexpr double kInner = 1e-3;
        constexpr int kInnerMax = 50;
        const Row& row = rows_[i];
        const double cost = row.cost;
        double product = bias_;
        for (const WeighedFeature& feature : row.features) {
            product += static_cast<double>(weights_[feature.index] * feature.value);
        }
        Dual& dual = duals_[i];
        const bool from_rest = 0.5 * row.square * (dual.rest - dual.value) + sign * product < 0;
        double& near = from_rest ? dual.rest : dual.value;
        const double slope = from_rest ? -sign * product : sign * product;
        const double before = near;
        double z = cost - before < 0.5 * cost ? 0.1 * before : before;
        const auto gradient = [&] {
            return row.square * (z - before) + slope + std::log(z / (cost - z));
        };
        double steep = gradient();
        const double first = std::abs(steep);
        for (int inner = 0; inner < kInnerMax && std::abs(steep) >= kInner; ++inner) {
            const double next = z - steep / (row.square + cost / (cost - z) / z);
            z = next <= 0 ? z * 0.1 : std::min(next, cost * (1 - 1e-12));
            steep = gradient();
        }
        near = z;
        (from_rest ? dual.value : dual.rest) = cost - z;
        Move(row, (from_rest ? -sign : sign) * (z - before));
        return first;
    }

    const std::span<const Row> rows_;
    const int passes_max_;
    std::vector<float> weights_;
    std::vector<Dual> duals_;
    double bias_ = 0;
};

}  // namespace

LinearModel
Train(std::span<const Example> examples, std::size_t classes, const TrainOptions& options) {
    FeatureReader reader;
    std::vector<std::vector<Feature>> texts;
    texts.reserve(examples.size());
    for (const Example& example : examples) {
        texts.push_back(reader.Read(example.text));
    }
    LinearModel model(Vocabulary(texts), classes);
    const Vocabulary& vocabulary = model.vocabulary();
    Vocabulary::Scratch scratch;
    std::vector<Row> rows(examples.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto weighed = vocabulary.Weigh(texts[i], scratch);
        rows[i].features.assign(weighed.begin(), weighed.end());
        rows[i].label = examples[i].label;
        rows[i].cost = options.cost * examples[i].weight;
        rows[i].square = 1.0;
        for (const WeighedFeature& feature : weighed) {
            rows[i].square += static_cast<double>(feature.value * feature.value);
        }
    }
    for (std::size_t label = 0; label < classes; ++label) {
        OneAgainstOthers solver(rows, vocabulary.size(), options);
        solver.Solve(label);
        model.SetClass(label, solver.weights(), solver.bias());
    }
    return model;
}

}  // namespace sightglass::classify
