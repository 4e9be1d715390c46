// genai-prices' published data (data.json, version 2) as a price book.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sightglass::app {

/// Whether it is JSON rather than a price book.
bool IsPriceData(std::string_view text) noexcept;

/// The text of a price book. `left_out` gets the names of models whose rules or prices are of a kind that is not known here, each as
/// "provider/model". kCorrupt where it is no JSON, kInvalidArgument where it is not that data.
Result<std::string> ConvertPriceData(std::string_view json, std::string& left_out);

}  // namespace sightglass::app
