// Examples -> a linear model: logistic regression of each class against the others, found by dual coordinate descent (Yu, Huang
// and Lin, Machine Learning 85, 2011). The same examples give the same model.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "classify/train/linear_model.h"

namespace sightglass::classify {

/// Thread-safety: plain value.
struct Example {
    std::string text;
    std::size_t label = 0;  ///< Which class.
    double weight = 1;      ///< As if it stood there so many times.
};

struct TrainOptions {
    double cost =
        10.0;  ///< Of an example's loss beside the weights' squares: more follows the examples closer.
    int passes_max = 60;  ///< Over the examples, a class.
};

/// `classes` is more than every label. Without examples, a model that knows nothing.
/// Thread-safety: pure function.
LinearModel
Train(std::span<const Example> examples, std::size_t classes, const TrainOptions& options = {});

}  // namespace sightglass::classify
