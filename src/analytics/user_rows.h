// Rows of figures by user, as the files about users of this folder ask for and read them.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

store::Filter UserFilter(store::Comparison comparison, std::vector<std::string> users);

/// By user, of calls in [from, to) that meet the filters and have one. The user is the first column that is not the time.
store::Plan UserPlan(const std::vector<store::Filter>& filters, Time from, Time to);

/// Empty where it is no text.
std::string TextOfCell(const store::Cell& cell);
/// Nothing where it is no number.
std::optional<double> NumberOfCell(const store::Cell& cell);
/// 0 where it is unknown, as sums of counts are where there are no calls.
std::int64_t CountOfCell(const store::Cell& cell);

}  // namespace sightglass::analytics
