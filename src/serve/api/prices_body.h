// What requests about prices say in their bodies.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "pipeline/repricing.h"

namespace sightglass::serve {

/// {"text": "sightglass-prices 2\n…"}: a price book, or an empty text. kCorrupt where it is no JSON, kInvalidArgument where a
/// member is missing or unknown.
Result<std::string> ReadPriceText(std::string_view body);

/// {"from": "2026-10-01", "to": "now", "dry_run": true} or {"undo": true}. Errors as above, and where `from` is not before `to`.
Result<pipeline::RepriceOrder> ReadRepriceOrder(std::string_view body, Time now);

/// The same for cleaning again: {"from":"2026-10-01","steps":"clock,model_name"}; all steps where none
/// is named.
Result<pipeline::RepriceOrder> ReadRefineOrder(std::string_view body, Time now);

}  // namespace sightglass::serve
