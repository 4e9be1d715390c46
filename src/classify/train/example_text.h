// Reads the examples that the default scenarios are learnt from (docs/formats/scenario-examples.md).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sightglass::classify {

/// Examples with the names of their scenarios. A line with slots ({topic}, {passage}) stands for several, each with other
/// fillings. kInvalidArgument with the line's number where the text does not follow the format.
/// Thread-safety: pure function.
Result<std::vector<std::pair<std::string, std::string>>> ReadExamples(std::string_view text);

}  // namespace sightglass::classify
