// Which contributions are told first, and which of them only say again what another one says.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "analytics/explain.h"

namespace sightglass::analytics {

/// The pairs of dimensions worth a look: of those that tell most, without such as share the calls
/// out as another one does. By place in `dimensions`.
std::vector<std::pair<std::size_t, std::size_t>> PairsOf(const std::vector<Explained>& dimensions);

/// The most telling values and pairs, ranked. Of those that
/// tell the same, that of the earlier dimension is the cause.
std::vector<Contribution> CausesOf(
    const std::vector<Explained>& dimensions,
    const std::vector<Explained>& pairs,
    std::size_t limit
);

}  // namespace sightglass::analytics
